import { describe, expect, it } from 'vitest'
import type { MountFact } from '../../../src/cluster/host-facts.js'
import type { DirectoryFact, HostObserved } from '../../../src/cluster/observed.js'
import type { Work, WorkOnHost } from '../../../src/plan/checks/check.js'
import { CHECKS, findingsFor, restartNotes } from '../../../src/plan/checks/checks.js'
import * as w from '../world.js'

const MIB = 1024 * 1024
const WORKS: readonly Work[] = ['found', 'restart', 'install', 'renew', 'correct']
const mount = (more: Partial<MountFact> = {}): MountFact => ({
  ...{ device: '8:1', point: '/', type: 'ext4', noexec: false },
  ...more,
})

const [member] = w.members
const at = (work: Work): HostObserved => (work === 'found' ? w.bareHost : w.runningHost)(member!)
const place = (change: Partial<DirectoryFact>) => (of: DirectoryFact) => ({ ...of, ...change })
const asked = (work: Work, change: (host: HostObserved) => Partial<HostObserved>): WorkOnHost => {
  const host = { ...at(work), ...change(at(work)) }
  return { desired: w.desired, observed: w.world([host]), host, works: new Set([work]) }
}

/** A fault of a host, what is said of it, and the works that it stops: all others go on. */
const FAULTS: readonly [
  name: string,
  change: (host: HostObserved) => Partial<HostObserved>,
  says: RegExp,
  stops: readonly Work[],
][] = [
  ['another init', () => ({ init: 'runit' }), /its init is runit/, ['found', 'restart', 'correct']],
  ['a machine without a release', () => ({ machine: 'riscv64' }), /riscv64/, ['found', 'install']],
  [
    'a masked unit',
    ({ service }) => ({ service: { ...service, loadState: 'masked' } }),
    /etcd\.service is masked/,
    ['found', 'restart', 'correct'],
  ],
  [
    'a clock hours ahead',
    () => ({ clockSkewMs: 3 * 3_600_000 }),
    /its clock is .* ahead of the runner's/,
    ['found', 'restart', 'install', 'renew'],
  ],
  [
    'bin-dir mounted noexec',
    ({ binDir }) => ({ binDir: { ...binDir, mount: mount({ noexec: true, point: '/opt' }) } }),
    /\/opt\/kube\/bin is on a file system that is mounted noexec \(\/opt\)/,
    ['found', 'restart', 'install'],
  ],
  [
    'a user without a group of the same name',
    () => ({ userExists: true, account: { uid: '998', nameOfUid: 'etcd', groupExists: false } }),
    /there is a user etcd, but no group etcd/,
    ['found', 'restart', 'renew', 'correct'],
  ],
  [
    'a user with the id of another one',
    () => ({ userExists: true, account: { uid: '0', nameOfUid: 'root', groupExists: true } }),
    /the users etcd and root have one id \(0\)/,
    ['found', 'restart', 'renew', 'correct'],
  ],
  [
    'a user that is gone',
    () => ({ userExists: false }),
    /there is no user etcd any more/,
    ['restart', 'renew', 'correct'],
  ],
  [
    'a full data-dir',
    ({ dataDir }) => ({ dataDir: place({ availableBytes: 191 * MIB })(dataDir) }),
    /\/var\/lib\/etcd has 191 MiB free, and (512|192) MiB are needed/,
    ['found', 'restart'],
  ],
  [
    'a data-dir without inodes',
    ({ dataDir }) => ({ dataDir: place({ availableInodes: 3 })(dataDir) }),
    /\/var\/lib\/etcd has 3 inodes free, and 16 are needed/,
    ['found', 'restart'],
  ],
  [
    'a data-dir that is read-only',
    ({ dataDir }) => ({ dataDir: place({ writable: false })(dataDir) }),
    /\/var\/lib\/etcd cannot be written to/,
    ['found', 'restart', 'correct'],
  ],
  [
    'a full ca-dir',
    ({ caDir }) => ({ caDir: place({ availableBytes: 60 * 1024 })(caDir) }),
    /\/etc\/kubernetes\/ssl has (0 MiB free|61440 bytes free)/,
    ['found', 'restart', 'renew'],
  ],
  [
    'a full bin-dir',
    ({ binDir }) => ({ binDir: place({ availableBytes: 199 * MIB })(binDir) }),
    /\/opt\/kube\/bin has 199 MiB free, and 200 MiB are needed/,
    ['install'],
  ],
  [
    'no room for our own notes',
    ({ tempDir }) => ({ stateDir: place({ availableBytes: 0 })(tempDir) }),
    /our own notes has 0 MiB free/,
    ['found', 'restart'],
  ],
]

describe('a host that is asked before something is done there', () => {
  it.each(FAULTS)('%s', (_, change, says, stops) => {
    for (const work of WORKS) {
      const found = findingsFor(asked(work, change)).map(({ problem }) => problem)
      expect(found, work).toEqual(stops.includes(work) ? [expect.stringMatching(says)] : [])
    }
  })

  it('has nothing to answer for where all is well, and every finding says what to do', () => {
    for (const work of WORKS) expect(findingsFor(asked(work, () => ({})))).toEqual([])
    for (const [, change, , [work]] of FAULTS)
      for (const { next } of findingsFor(asked(work!, change))) expect(next).not.toBe('')
  })

  it('stops no work by a check that does not name it', () => {
    for (const { stops } of CHECKS) expect(stops.length).toBeGreaterThan(0)
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length)
  })

  it('is told of what would stop its next restart, whoever does it', () => {
    const full = asked('renew', ({ dataDir }) => ({ dataDir: place({ availableBytes: MIB })(dataDir) }))
    expect(findingsFor(full)).toEqual([])
    expect(restartNotes(full)).toEqual([expect.stringMatching(/has 1 MiB free, and 192 MiB are needed/)])
  })
})
