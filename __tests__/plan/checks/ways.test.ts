import { describe, expect, it, test } from 'vitest'
import type { ExposedFact } from '../../../src/cluster/host-facts.js'
import type { Work, WorkOnHost } from '../../../src/plan/checks/check.js'
import { findingsFor } from '../../../src/plan/checks/checks.js'
import * as w from '../world.js'

const WORKS: readonly Work[] = ['found', 'restart', 'install', 'renew', 'correct']
const [member] = w.members
const exposed = (change: Partial<ExposedFact> = {}): ExposedFact => ({
  ...{ of: 'data', path: '/srv', how: 'drwxrwxr-x, owner root', isEtcds: false },
  ...change,
})
const find = (facts: readonly ExposedFact[], work: Work = 'restart', more: Partial<WorkOnHost> = {}) => {
  const host = { ...(work === 'found' ? w.bareHost : w.runningHost)(member!), exposed: facts }
  const of = { desired: w.desired, observed: w.world([host]), host, works: new Set([work]), ...more }
  return findingsFor(of).filter(({ problem }) => problem.includes('others than root'))
}

describe('a way that others can change', () => {
  it.each(WORKS)('stops the work "%s"', (work) => {
    expect(find([exposed()], work)).toEqual([
      {
        problem:
          '/srv, on the way to data-dir /var/lib/etcd, is drwxrwxr-x, owner root: others than root could put a link there in the place of what root works on',
        next: 'let root alone write there: chmod a+x,go-w /srv && chown root /srv',
      },
    ])
  })

  it('is named by its input where it is one of our own directories, and once where it leads to several', () => {
    const ca = exposed({ of: 'ca', path: w.desired.layout.caDir })
    expect(find([ca])[0]?.problem).toMatch(/^ca-dir \/etc\/kubernetes\/ssl is drwxrwxr-x/)
    expect(find([exposed({ of: 'state' }), exposed({ of: 'bin' })])).toHaveLength(1)
    expect(find([exposed({ of: 'unit' })])[0]?.problem).toContain(
      '/srv, on the way to the directory of systemd units, is',
    )
  })

  it('to snapshots counts where one is taken', () => {
    const fact = exposed({ of: 'snapshot' })
    expect(find([fact])).toEqual([])
    expect(find([fact], 'restart', { snapshotOf: 0 })).toHaveLength(1)
  })

  test.each([
    ["is etcd's own directory", exposed({ of: 'wal', how: 'drwx------, owner etcd', isEtcds: true })],
    ['is for everybody', exposed({ how: 'drwxrwxrwt, owner root' })],
    ['is for everybody, and not to be passed', exposed({ how: 'drwxrwxrwT, owner root' })],
  ])('gets no advice to take it away from others where it %s', (_name, fact) => {
    const [finding] = find([fact])
    expect(finding?.next).toMatch(/^leave that directory/)
    expect(finding?.next).not.toMatch(/chown|chmod/)
  })
})
