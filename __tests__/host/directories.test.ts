import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureDirectories } from '../../src/host/directories.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

/** A user that every system has and that is not root. */
const USER = 'daemon'
let folder: string

beforeEach(() => {
  folder = ownFolder('dirs of ')
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const layout = (walDir = '') => ({
  binDir: join(folder, 'opt/kube/bin'),
  caDir: join(folder, 'etc/my ssl'),
  dataDir: join(folder, 'var/etcd'),
  walDir: walDir && join(folder, walDir),
  serviceName: 'etcd',
  serviceUser: USER,
})
const look = (path: string): string => {
  const { mode, uid } = statSync(path)
  return `${(mode & 0o7777).toString(8)} ${uid === 0 ? 'root' : execFileSync('id', ['-un', String(uid)], { encoding: 'utf8' }).trim()}`
}

describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('ensureDirectories under $name', ({ argv }) => {
  const session = localSession(argv)

  it('makes all of them with parents, and has nothing to do the second time', async () => {
    const { binDir, caDir, dataDir, walDir } = layout('ssd/wal')
    expect(await ensureDirectories(session, layout('ssd/wal'))).toHaveLength(4)
    expect([binDir, caDir, dataDir, walDir, join(folder, 'opt'), join(folder, 'ssd')].map(look)).toEqual([
      '755 root',
      '755 root',
      `700 ${USER}`,
      `700 ${USER}`,
      '755 root',
      '755 root',
    ])
    const before = [binDir, dataDir].map((path) => statSync(path).ctimeMs)
    expect(await ensureDirectories(session, layout('ssd/wal'))).toEqual([])
    expect([binDir, dataDir].map((path) => statSync(path).ctimeMs)).toEqual(before)
  })

  it('goes through links of root, and gives away the directory, never the link', async () => {
    mkdirSync(join(folder, 'disk/etcd'), { recursive: true })
    mkdirSync(join(folder, 'var'))
    symlinkSync('../disk/./etcd', join(folder, 'var/etcd'))
    await ensureDirectories(session, layout())
    expect(look(join(folder, 'disk/etcd'))).toBe(`700 ${USER}`)
    expect(lstatSync(join(folder, 'var/etcd')).uid).toBe(0)
  })

  it('closes a data directory that is open or belongs to another user', async () => {
    const { dataDir } = layout()
    mkdirSync(dataDir, { recursive: true, mode: 0o755 })
    expect(await ensureDirectories(session, layout())).toEqual(
      expect.arrayContaining([`owner of ${dataDir}`, `mode of ${dataDir}`]),
    )
    expect(look(dataDir)).toBe(`700 ${USER}`)
  })

  it('never loosens or takes over a certificate directory that was there', async () => {
    const { caDir } = layout()
    mkdirSync(caDir, { recursive: true })
    chmodSync(caDir, 0o711)
    await ensureDirectories(session, layout())
    expect(look(caDir)).toBe('711 root')
  })

  it('names the directory the service user cannot pass', async () => {
    mkdirSync(join(folder, 'etc'), { mode: 0o700 })
    await expect(ensureDirectories(session, layout())).rejects.toThrow(
      new RegExp(
        `the service user ${USER} cannot reach its files: ${join(folder, 'etc')} is drwx------, owner root`,
      ),
    )
  })

  it('says what is in the way', async () => {
    execFileSync('touch', [join(folder, 'var')])
    await expect(ensureDirectories(session, layout())).rejects.toThrow(/cannot make the directories: .*var/)
  })
})
