// The GitHub packages bring undici along for the sake of a method that nobody here calls, and Node would load all of it at every start: a
// seventh of the time that a start takes. In the bundle it is loaded at its first use instead.
import { readFileSync, writeFileSync } from 'node:fs'

const [path = 'dist/index.js'] = process.argv.slice(2)
const EAGER = /^var undici = (__nccwpck_require__\(\d+\));$/gm
const bundle = readFileSync(path, 'utf8')
if (bundle.match(EAGER)?.length !== 1) throw new Error(`${path} does not load undici once, as it did`)
writeFileSync(
  path,
  bundle.replace(EAGER, (_, load) => `var undici = new Proxy({}, { get: (_, name) => ${load}[name] });`),
)
