// The GitHub packages bring undici along for requests that go through a proxy, which nobody here makes with them. It is a third of the bundle, and
// Node would read and run it at every start: a fifth of the time that a start takes.
import { readFileSync, writeFileSync } from 'node:fs'

const [path = 'dist/index.js'] = process.argv.slice(2)
const LOADED = /require\("undici"\)/g
const bundle = readFileSync(path, 'utf8')
if (bundle.match(LOADED)?.length !== 1) throw new Error(`${path} does not load undici once, as it did`)
const NOTHING = `new Proxy({}, { get: () => { throw new Error('undici is not in this bundle') } })`
writeFileSync(path, bundle.replace(LOADED, NOTHING))
