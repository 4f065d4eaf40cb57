import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * A search path with all programs of this process's own but these: a folder of links, as a folder of PATH that has one of them has others
 * that are needed.
 */
export const pathWithout = async (
  ...names: readonly string[]
): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-without-'))
  const linked = new Set(names)
  for (const from of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of from === '' ? [] : await readdir(from).catch(() => [])) {
      if (linked.has(name)) continue
      linked.add(name)
      await symlink(join(from, name), join(folder, name))
    }
  }
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
