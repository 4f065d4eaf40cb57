import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Layout } from '../../src/cluster/desired.js'
import { armRevert, disarm, revertNow } from '../../src/host/confirm.js'
import { correctHost } from '../../src/host/correct.js'
import { ensureDirectories } from '../../src/host/directories.js'
import { fetchFile } from '../../src/host/fetch-file.js'
import { putFiles } from '../../src/host/files.js'
import { judgePair } from '../../src/host/judge-pair.js'
import { holdLock } from '../../src/host/lock.js'
import { pruneReleases } from '../../src/host/prune-releases.js'
import { putUnit } from '../../src/host/put-unit.js'
import { activateRelease, uploadArchive } from '../../src/host/release.js'
import { discardSnapshot, keepSnapshot, prepareSnapshot } from '../../src/host/snapshot.js'
import { clearStaged, stageNext } from '../../src/host/staging.js'
import { swapStaged } from '../../src/host/swap.js'
import { NEXT, oneMember } from './one-member.js'

/** A user that every system has and that is not root. */
const SOMEBODY = 1
type Host = ReturnType<typeof oneMember>

interface Work {
  /** The directory of ours that is exchanged, of a member as a deploy leaves it and with a change under way. */
  readonly where: (host: Host) => string
  readonly go: (host: Host) => Promise<unknown>
}

const LAYOUT_DIRECTORIES = ['dataDir', 'walDir', 'binDir', 'caDir'] as const
const withWal = ({ layout }: Host): Layout => ({ ...layout, walDir: join(dirname(layout.dataDir), 'wal') })
const snapshots = ({ layout }: Host): string => join(dirname(layout.dataDir), 'snapshots')
const saved = (host: Host): string => join(snapshots(host), '.etcd-deploy-snapshot-1', 'snapshot.db')
const file = (path: string) => ({ path, mode: '600', owner: 'root', group: 'root', content: 'new' })
const release = ({ layout }: Host) => ({ binDir: layout.binDir, version: '3.5.30', sha256: 'b'.repeat(64) })

const WORKS: Readonly<Record<string, Work>> = {
  ...Object.fromEntries(
    LAYOUT_DIRECTORIES.map((name): [string, Work] => [
      `making ${name}`,
      {
        where: (host) => withWal(host)[name],
        go: (host) => ensureDirectories(host.session, withWal(host)),
      },
    ]),
  ),
  'putting files': {
    where: ({ layout }) => layout.caDir,
    go: ({ session, layout }) => putFiles(session, [file(join(layout.caDir, 'ca.pem'))]),
  },
  'correcting modes': {
    where: ({ layout }) => layout.caDir,
    go: ({ session, layout }) => correctHost(session, layout),
  },
  'putting the unit': {
    where: ({ roots }) => roots.unitDir,
    go: ({ session, roots }) => putUnit(session, { serviceName: 'etcd' }, 'new', roots.unitDir),
  },
  'sending a release': {
    where: ({ layout }) => join(layout.binDir, '.etcd'),
    go: (host) =>
      uploadArchive(host.session, {
        ...release(host),
        ...{ archive: '/dev/null', size: 0, arch: 'amd64', timeoutMs: 30_000 },
      }),
  },
  'switching releases': {
    where: ({ layout }) => layout.binDir,
    go: (host) => activateRelease(host.session, release(host)),
  },
  'switching to a store of others': {
    where: ({ layout }) => join(layout.binDir, '.etcd'),
    go: (host) => activateRelease(host.session, release(host)),
  },
  'deleting releases': {
    where: ({ layout }) => join(layout.binDir, '.etcd'),
    go: ({ session, layout }) => pruneReleases(session, layout.binDir, ['3.7.1'], '/nonexistent'),
  },
  'preparing a snapshot': {
    where: snapshots,
    go: (host) => prepareSnapshot(host.session, snapshots(host), 1),
  },
  'keeping a snapshot': {
    where: snapshots,
    go: (host) =>
      keepSnapshot(host.session, {
        ...{ dir: snapshots(host), saved: saved(host), name: 'x.db', prefix: 'etcd-', keep: 1 },
      }),
  },
  'copying a snapshot': {
    where: snapshots,
    go: (host) =>
      fetchFile(host.session, {
        ...{ path: join(snapshots(host), 'ca.pem'), to: join(host.folder, 'copy'), sha256: '', size: 9 },
      }),
  },
  'judging a pair with the key that is there': {
    where: ({ layout }) => layout.caDir,
    go: async ({ session, layout, folder }) => {
      const pair = { etcd: '/bin/false', layout, caPem: '', certificatePem: '' }
      const judged = await judgePair(session, pair, join(folder, 'scratch'))
      throw new Error(judged.kind === 'untried' ? judged.why : judged.kind)
    },
  },
  'judging a pair': {
    where: ({ folder }) => join(folder, 'scratches'),
    go: async ({ session, layout, folder }) => {
      const pair = { etcd: '/bin/false', layout, caPem: '', certificatePem: '', privateKeyPem: () => '' }
      const judged = await judgePair(session, pair, join(folder, 'scratches', 'next'))
      throw new Error(judged.kind === 'untried' ? judged.why : judged.kind)
    },
  },
  'taking the lock of a service': {
    where: ({ folder }) => join(folder, 'run'),
    go: ({ session, folder }) =>
      holdLock(session, {
        ...{ serviceName: 'etcd', info: { run: '', actor: '', since: '' }, folder: join(folder, 'run') },
      }),
  },
  'staging a change': {
    where: ({ roots }) => roots.stateDir,
    go: ({ session, layout, roots }) => stageNext(session, layout, NEXT, roots),
  },
  'clearing what was staged': {
    where: ({ state }) => state,
    go: ({ session, layout, roots }) => clearStaged(session, layout, roots),
  },
  ...Object.fromEntries(
    (['state', 'caDir', 'binDir', 'unitDir'] as const).flatMap((name): [string, Work][] => {
      const where = (host: Host): string =>
        ({ state: host.state, unitDir: host.roots.unitDir, ...host.layout })[name]
      return [
        [
          `arming (${name})`,
          { where, go: ({ session, layout, roots }) => armRevert(session, layout, 9, roots) },
        ],
        [
          `swapping (${name})`,
          { where, go: ({ session, layout, roots }) => swapStaged(session, layout, roots) },
        ],
        [
          `taking back (${name})`,
          {
            where,
            go: ({ session, layout, roots, state }) =>
              name === 'state'
                ? revertNow(session, layout, roots)
                : session
                    .run({ label: 'revert', script: `sh '${state}/previous/revert'`, timeoutMs: 30_000 })
                    .then(({ code, stderr }) => {
                      if (code !== 0) throw new Error(stderr)
                    }),
          },
        ],
      ]
    }),
  ),
  'confirming a change': {
    where: ({ state }) => state,
    go: ({ session, layout, roots }) => disarm(session, layout, roots),
  },
}

/** All that is in a directory of root's, itself included: names, kinds, modes, owners, contents' times and sizes. */
const look = (path: string): string =>
  execFileSync('find', [path, '-printf', '%P %y %m %u %g %s %T@ %l\n'], { encoding: 'utf8' })
    .split('\n')
    .sort()
    .join('\n')

const SHELL = ['sh']
let host: Host

describe.skipIf(process.getuid?.() !== 0)('a directory that somebody else may exchange', () => {
  beforeEach(async ({ task }) => {
    host = oneMember(SHELL)
    chmodSync(host.folder, 0o755)
    for (const path of [snapshots(host), withWal(host).walDir, host.layout.dataDir]) mkdirSync(path)
    for (const name of ['run', 'scratches']) mkdirSync(join(host.folder, name))
    mkdirSync(dirname(saved(host)))
    if (/^(?:staging|arming|swapping|taking back|confirming|clearing)/.test(task.name)) await host.change()
  })
  afterEach(() => host.remove())

  test.each(Object.entries(WORKS))(
    '%s: a link in its place is not followed',
    async (_name, { where, go }) => {
      const path = where(host)
      // What was there is root's own, and is now behind a link that somebody else has put there.
      const real = join(host.folder, 'of-root')
      renameSync(path, real)
      const trap = join(host.folder, 'trap')
      mkdirSync(trap)
      symlinkSync(real, join(trap, 'link'))
      chownSync(trap, SOMEBODY, SOMEBODY)
      symlinkSync('trap/link', join(host.folder, 'way'))
      symlinkSync(join(host.folder, 'way'), path)
      const before = look(real)
      await expect(go(host)).rejects.toThrow(
        /trap is drwxr-xr-x, owner daemon: others than root could exchange/,
      )
      expect(look(real)).toBe(before)
    },
  )

  const own = Object.entries(WORKS).filter(([name]) => !/making (?:dataDir|walDir)/.test(name))
  test.each(own)(
    '%s: it is not worked in where it belongs to somebody else',
    async (_name, { where, go }) => {
      const path = where(host)
      chownSync(path, SOMEBODY, SOMEBODY)
      const before = look(path)
      await expect(go(host)).rejects.toThrow(`${path} is d`)
      expect(look(path)).toBe(before)
    },
  )

  test('removing a broken snapshot says nothing, and follows no link', async () => {
    const real = join(host.folder, 'of-root')
    renameSync(snapshots(host), real)
    symlinkSync(real, snapshots(host))
    chownSync(host.folder, SOMEBODY, SOMEBODY)
    const before = look(real)
    await discardSnapshot(host.session, saved(host))
    expect(look(real)).toBe(before)
  })

  test('a key that is a link is corrected where root has put the key, and the link stays', async () => {
    const key = join(host.layout.caDir, 'etcd-key.pem')
    const real = join(host.folder, 'real-key')
    renameSync(key, real)
    symlinkSync(real, key)
    chmodSync(real, 0o644)
    // Here is no systemd, which comes last.
    await correctHost(host.session, host.layout).catch(() => undefined)
    expect(look(real)).toMatch(/ f 600 daemon /)
    expect(look(key)).toMatch(/ l 777 root /)
  })
})
