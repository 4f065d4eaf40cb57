import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Layout } from '../../src/cluster/desired.js'
import { armRevert, disarm, revertNow } from '../../src/host/confirm.js'
import { changeState } from './change-state.js'
import { stageNext, type NextFiles } from '../../src/host/staging.js'
import { swapStaged } from '../../src/host/swap.js'
import { localSession } from './local-session.js'
import { stubSystemd } from './stub-systemd.js'
import { ownFolder } from './own-folder.js'

export const OLD = 'v3.5.16-aaaaaaaaaaaa'
export const NEW = 'v3.5.30-bbbbbbbbbbbb'
const LONG = 300

/** What a test stages where it does not say otherwise. */
export const NEXT = {
  release: { version: '3.5.30', sha256: 'b'.repeat(64) },
  unit: 'new unit\n',
  ca: 'new ca\n',
  pair: { certificatePem: 'new cert\n', privateKeyPem: () => 'new key\n' },
} satisfies NextFiles

export const put = (path: string, text: string, mode = 0o644): void => {
  writeFileSync(path, text)
  chmodSync(path, mode)
}

/** Waits until it is so; fails after 15 s. */
export const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 15_000; !(await done()); await sleep(20)) {
    if (Date.now() > end) throw new Error('it did not come to that')
  }
}

/** A member as a deploy leaves it, in a folder of its own, with the next release in its store. */
export const oneMember = (shell: readonly string[]) => {
  const folder = ownFolder('change-')
  const systemd = stubSystemd(folder)
  const layout: Layout = {
    binDir: join(folder, 'bin'),
    caDir: join(folder, 'ssl'),
    dataDir: join(folder, 'data'),
    walDir: '',
    serviceName: 'etcd',
    serviceUser: 'daemon',
  }
  const roots = { stateDir: join(folder, 'state'), unitDir: systemd.units }
  const env = { ...process.env, PATH: systemd.path }
  const session = localSession(shell, env)

  const install = (name: string, tools: readonly string[]): void => {
    const release = join(layout.binDir, '.etcd', name)
    mkdirSync(release, { recursive: true })
    for (const tool of tools) put(join(release, tool), `#!/bin/sh\necho ${name}\n`, 0o755)
    const rows = tools.map((tool) => {
      const stat = execFileSync('stat', ['-c', '%s %.9Z', join(release, tool)], { encoding: 'utf8' })
      return `${tool} sum version ${stat.trim()}\n`
    })
    writeFileSync(join(release, '.manifest'), rows.join(''))
  }
  const pointToOld = (): void => {
    for (const tool of ['etcd', 'etcdctl', 'etcdutl']) rmSync(join(layout.binDir, tool), { force: true })
    for (const tool of ['etcd', 'etcdctl']) symlinkSync(`.etcd/${OLD}/${tool}`, join(layout.binDir, tool))
  }
  const unit = join(roots.unitDir, 'etcd.service')
  const places = [unit, ...['ca.pem', 'etcd-key.pem', 'etcd.pem'].map((name) => join(layout.caDir, name))]

  mkdirSync(layout.caDir)
  install(OLD, ['etcd', 'etcdctl'])
  install(NEW, ['etcd', 'etcdctl', 'etcdutl'])
  pointToOld()
  put(unit, 'old unit\n')
  put(join(layout.caDir, 'ca.pem'), 'old ca\n')
  put(join(layout.caDir, 'etcd.pem'), 'old cert\n')
  put(join(layout.caDir, 'etcd-key.pem'), 'old key\n', 0o400)
  chownSync(join(layout.caDir, 'etcd-key.pem'), 1, 1)

  const stage = (files: NextFiles = NEXT) => stageNext(session, layout, files, roots)
  const arm = (seconds = LONG) => armRevert(session, layout, seconds, roots)
  const swap = () => swapStaged(session, layout, roots)
  return {
    ...{ folder, layout, roots, systemd, session, env, unit, places, pointToOld, stage, arm, swap },
    state: join(roots.stateDir, 'etcd'),
    confirm: () => disarm(session, layout, roots),
    revert: () => revertNow(session, layout, roots),
    where: () => changeState(session, layout, roots),
    /** Stages, arms and swaps. */
    change: async (seconds = LONG): Promise<void> => {
      await stage()
      await arm(seconds)
      await swap()
    },
    /** All that a roll replaces, with modes and owners. */
    world: (): unknown => ({
      links: ['etcd', 'etcdctl', 'etcdutl'].map((tool) => {
        const path = join(layout.binDir, tool)
        return lstatSync(path, { throwIfNoEntry: false }) ? readlinkSync(path) : undefined
      }),
      files: places.map((path) => {
        if (!existsSync(path)) return undefined
        const { mode, uid } = statSync(path)
        return [readFileSync(path, 'utf8'), (mode & 0o7777).toString(8), uid]
      }),
    }),
    restarts: (): number => readFileSync(systemd.log, 'utf8').split('restart --no-block').length - 1,
    /** What a change should not leave in other people's folders. */
    leftovers: (): readonly string[] =>
      [layout.caDir, roots.unitDir, layout.binDir].flatMap((path) =>
        readdirSync(path).filter((name) => /etcd-deploy|\.link-/.test(name)),
      ),
    remove: (): void => {
      for (const name of readdirSync(systemd.units).filter((entry) => entry.endsWith('.pid'))) {
        try {
          process.kill(Number(readFileSync(join(systemd.units, name), 'utf8')))
        } catch {
          // It is over.
        }
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
