import { readFileSync } from 'node:fs'
import { releaseNotes } from './release-notes.js'

/** Prints the notes of the release that the tag on the command line asks for; fails where it may not be released. */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
try {
  console.log(releaseNotes(process.argv[2] ?? '', version, readFileSync('CHANGELOG.md', 'utf8')))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
