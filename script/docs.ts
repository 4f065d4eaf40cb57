import { readFileSync, writeFileSync } from 'node:fs'
import { withTables } from './readme-tables.js'

/** Writes the tables of README.md from action.yml; with `--check` it only says whether they are up to date. */
const readme = readFileSync('README.md', 'utf8')
const fresh = withTables(readme, readFileSync('action.yml', 'utf8'))
if (fresh === readme) {
  console.log('README.md has the inputs and outputs of action.yml')
} else if (process.argv.includes('--check')) {
  console.error('README.md does not have the inputs and outputs of action.yml: run npm run docs')
  process.exitCode = 1
} else {
  writeFileSync('README.md', fresh)
  console.log('README.md: tables written from action.yml')
}
