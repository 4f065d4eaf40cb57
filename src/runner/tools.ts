import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { Failure } from '../failure.js'

/** Where a program is by this search path, absolute; undefined where it is in none of its folders. */
export const programOnPath = async (
  name: string,
  searchPath: string | undefined,
): Promise<string | undefined> => {
  for (const folder of (searchPath ?? '').split(delimiter)) {
    const candidate = join(folder, name)
    if (isAbsolute(folder) && (await isProgram(candidate))) return candidate
  }
  return undefined
}

export const isProgram = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** Debian's packages with the programs that are run on the runner. */
const PACKAGES = { timeout: 'coreutils', tar: 'tar', gzip: 'gzip' } as const

export type Tool = keyof typeof PACKAGES

/** Throws Failure where the runner lacks any of these, which is then said of the runner and not of a member. */
export const insistOnTools = async (
  tools: readonly Tool[],
  searchPath: string | undefined,
): Promise<void> => {
  const found = await Promise.all(tools.map((tool) => programOnPath(tool, searchPath)))
  const missing = tools.filter((_, index) => found[index] === undefined)
  if (missing.length === 0) return
  throw new Failure({
    what: `the runner lacks ${missing.join(' and ')}`,
    why: `no folder of its PATH (${searchPath ?? ''}) has ${missing.length === 1 ? 'it' : 'them'}`,
    state: 'no endpoint was asked',
    next: `install ${[...new Set(missing.map((tool) => PACKAGES[tool]))].join(' and ')} on the runner, or correct its PATH`,
  })
}
