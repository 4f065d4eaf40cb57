import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ROOT = resolve(import.meta.dirname, '../..')

/** What a bundle is made of. */
const MADE_OF = ['src', 'script/build', 'script/without-undici.mjs', 'package.json', 'tsconfig.json']

/** One text of a file that a later release has otherwise. */
export interface TableChange {
  /** From the top of the repository. */
  readonly path: string
  readonly from: string
  readonly to: string
}

/** Bundles this action as a later release of it could be: the same code with other tables. Throws where a table has no such text. */
export const newerAction = async (
  changes: readonly TableChange[],
): Promise<{ readonly dist: string; readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-newer-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    for (const path of MADE_OF) await cp(join(ROOT, path), join(folder, path), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    for (const { path, from, to } of changes) {
      const text = await readFile(join(folder, path), 'utf8')
      if (!text.includes(from)) throw new Error(`${path} has no ${from}`)
      await writeFile(join(folder, path), text.replaceAll(from, to))
    }
    await promisify(execFile)(join(folder, 'script/build'), { maxBuffer: 16 * 1024 * 1024 })
    return { dist: join(folder, 'dist'), remove }
  } catch (error) {
    await remove()
    throw error
  }
}
