import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Page, readPage } from '../../script/markdown.js'

const ROOT = resolve(import.meta.dirname, '../..')

/** Files of the project, those that are not committed yet too, by their path from its root. */
export const projectFiles = (): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT })
    .toString()
    .split('\0')
    .filter((path) => path !== '')

export const textOf = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8')

/** Every Markdown page of the project by its path. */
export const projectPages = (): ReadonlyMap<string, Page> =>
  new Map(
    projectFiles()
      .filter((path) => path.endsWith('.md'))
      .map((path) => [path, readPage(textOf(path))]),
  )
