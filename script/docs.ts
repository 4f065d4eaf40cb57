import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { actionJson } from './action-json.js'
import { gitlabTemplate } from './gitlab-template.js'
import { node24Action } from './node24.js'
import { withTables } from './readme-tables.js'
import { withUpgradeTables } from './upgrade-tables.js'

const yaml = readFileSync('action.yml', 'utf8')

/** Every file that is made from something else, wholly or in part. With `--check` it only says whether they are up to date. */
const MADE: Readonly<Record<string, (present: string) => string>> = {
  'README.md': (page) => withTables(page, yaml),
  'docs/upgrading.md': withUpgradeTables,
  'node24/action.yml': () => node24Action(yaml),
  'src/inputs/action.json': () => actionJson(yaml),
  'templates/etcd-deploy.yml': () => gitlabTemplate(yaml),
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

for (const [path, make] of Object.entries(MADE)) {
  const present = read(path)
  const fresh = make(present)
  if (fresh === present) {
    console.log(`${path}: up to date`)
  } else if (process.argv.includes('--check')) {
    console.error(`${path} is not up to date: run npm run docs`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, fresh)
    console.log(`${path}: written`)
  }
}
