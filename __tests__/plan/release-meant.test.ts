import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { HostObserved, Observed } from '../../src/cluster/observed.js'
import { RECOMMENDED } from '../../src/etcd/recommended.js'
import { makePlan, planFor } from '../../src/plan/make-plan.js'
import * as w from './world.js'
import { type Change, changed, cluster, down, running, statuses } from './change/worlds.js'

const asking = (version: string): Desired => ({ ...w.desired, release: { ...w.desired.release, version } })
const leftOut = asking('')
const planned = (observed: Observed, desired = leftOut) => planFor(desired, observed, { now: w.now })

/** The disk has this release, whatever runs. */
const onDisk =
  (version: string): Change =>
  (host) => ({ binaries: { ...host.binaries, etcd: { sha256: `disk ${version}`, version } } })

/** All of these changes, one after the other. */
const all =
  (...changes: readonly Change[]): Change =>
  (host) =>
    changes.reduce<HostObserved>((before, change) => ({ ...before, ...change(before) }), host)

const runs =
  (version: string): Change =>
  (host) => ({
    binaries: { ...host.binaries, etcd: { sha256: version, version } },
    process: { ...host.process!, exeSha256: version },
  })

describe('version left out where a cluster exists is what runs', () => {
  it.each<[string, Observed, string]>([
    ['what this action recommends', running(RECOMMENDED, RECOMMENDED, RECOMMENDED), RECOMMENDED],
    ['an older minor', running('3.5.30', '3.5.30', '3.5.30'), '3.5.30'],
    ['the oldest line', running('3.4.23', '3.4.23', '3.4.23'), '3.4.23'],
    ['a release that no table knows', running('3.9.99', '3.9.99', '3.9.99'), '3.9.99'],
    [
      'a member that is down: what it would start',
      changed({ 0: runs('3.5.30'), 1: all(runs('3.5.30'), down), 2: runs('3.5.30') }),
      '3.5.30',
    ],
    [
      'nobody who answers: what their processes are',
      changed({ 0: runs('3.5.30'), 1: runs('3.5.30'), 2: runs('3.5.30') }, { cluster: undefined }),
      '3.5.30',
    ],
    [
      'all of them down: what they would start',
      changed(
        {
          0: all(runs('3.5.30'), down),
          1: all(runs('3.5.30'), down),
          2: all(runs('3.5.30'), down),
        },
        { cluster: undefined },
      ),
      '3.5.30',
    ],
  ])('%s', (_, given, version) => {
    const observed =
      given.cluster === undefined
        ? given
        : {
            ...given,
            cluster: {
              ...cluster,
              statuses: statuses(0, [version, version, version]).filter(
                ({ member }) => !isDown(given, member),
              ),
            },
          }
    const { plan, desired, says } = planned(observed)
    expect(desired.release).toMatchObject({ version, kept: true })
    expect(says).toEqual([`version is left out: etcd ${version} stays, as every member runs it`])
    const parts = plan.steps.flatMap((step) => (step.kind === 'roll-member' ? step.parts : []))
    expect(parts.filter((part) => part !== 'process')).toEqual([])
  })

  it('plans nothing where nothing else differs, as the same version asked for would', () => {
    const observed = running('3.5.30', '3.5.30', '3.5.30')
    expect(planned(observed).plan).toMatchObject({ kind: 'none', steps: [] })
    expect(planned(observed, asking('3.5.30')).plan).toMatchObject({ kind: 'none', steps: [] })
    // What was planned when the default of the action was taken for a wish.
    expect(makePlan(asking('3.6.14'), running('3.5.33', '3.5.33', '3.5.33'), { now: w.now }).kind).toBe(
      'roll',
    )
  })

  it('installs no tool that is missing, which a version that is given does', () => {
    const without: Change = (host) => ({
      binaries: { etcd: host.binaries.etcd!, etcdctl: host.binaries.etcdctl! },
    })
    const observed = changed({ 0: without, 1: without, 2: without })
    expect(planned(observed).plan).toMatchObject({ kind: 'none', steps: [] })
    expect(planned(observed, asking('3.6.14')).plan.steps).toHaveLength(3)
  })

  it('takes another build of the same version for what it is', () => {
    const rebuilt: Change = (host) => ({
      binaries: { ...host.binaries, etcd: { sha256: 'debian', version: '3.6.14' } },
      process: { ...host.process!, exeSha256: 'debian' },
    })
    expect(planned(changed({ 0: rebuilt, 1: rebuilt, 2: rebuilt })).plan.kind).toBe('none')
  })

  const OTHER = ': set version to the release that every member is to run'
  const versions = (...list: readonly string[]) => ({ cluster: { ...cluster, statuses: statuses(0, list) } })
  it.each<[string, Observed, readonly string[]]>([
    [
      'members of several versions, as a roll leaves them that died half-way',
      running('3.6.14', '3.5.33', '3.5.33'),
      [
        `etcd-10.0.0.1: runs 3.6.14${OTHER}`,
        `etcd-10.0.0.2: runs 3.5.33${OTHER}`,
        `etcd-10.0.0.3: runs 3.5.33${OTHER}`,
      ],
    ],
    [
      'one that is down and would start another',
      changed(
        { 1: all(runs('3.5.33'), down) },
        { cluster: { ...cluster, statuses: statuses().slice(0, 1) } },
      ),
      [
        `etcd-10.0.0.1: runs 3.6.14${OTHER}`,
        `etcd-10.0.0.2: is down and would start 3.5.33${OTHER}`,
        `etcd-10.0.0.3: runs 3.6.14${OTHER}`,
      ],
    ],
    [
      'a file that was exchanged under a member that tells',
      changed({ 2: onDisk('3.7.1') }, versions('3.6.14', '3.6.14', '3.6.14')),
      [`etcd-10.0.0.3: /opt/kube/bin/etcd is 3.7.1, which its next start would bring${OTHER}`],
    ],
    [
      'a file that was exchanged under one that does not tell',
      changed({ 2: onDisk('3.7.1') }, { cluster: { ...cluster, statuses: statuses().slice(0, 2) } }),
      [
        `etcd-10.0.0.1: runs 3.6.14${OTHER}`,
        `etcd-10.0.0.2: runs 3.6.14${OTHER}`,
        `etcd-10.0.0.3: does not tell what it runs, which is not /opt/kube/bin/etcd (3.7.1) as that is now${OTHER}`,
      ],
    ],
    [
      'a bin-dir that is not the one of the cluster',
      changed({
        0: (host) => ({
          binaries: {},
          process: { ...host.process!, argv: ['/usr/local/bin/etcd', ...host.process!.argv.slice(1)] },
          service: {
            ...host.service,
            unit: {
              ...host.service.unit!,
              text: host.service.unit!.text.replace('/opt/kube/bin/etcd', '/usr/local/bin/etcd'),
            },
          },
        }),
      }),
      [
        `etcd-10.0.0.1: there is no /opt/kube/bin/etcd: it starts /usr/local/bin/etcd (is bin-dir right?)${OTHER}`,
      ],
    ],
    [
      'a bin-dir that is empty now',
      changed({ 0: () => ({ binaries: {} }) }),
      [`etcd-10.0.0.1: there is no /opt/kube/bin/etcd${OTHER}`],
    ],
    [
      'a binary that does not run',
      changed({ 0: onDisk('') }),
      [`etcd-10.0.0.1: /opt/kube/bin/etcd does not run${OTHER}`],
    ],
    [
      'no etcdctl',
      changed({ 1: (host) => ({ binaries: { etcd: host.binaries.etcd! } }) }),
      [`etcd-10.0.0.2: there is no /opt/kube/bin/etcdctl to ask it with${OTHER}`],
    ],
  ])('refuses %s', (_, observed, lines) => {
    const { plan } = planned(observed)
    expect(plan.kind).toBe('blocked')
    expect(plan.summary).toBe('version is left out, and it cannot be told which one is meant')
    expect(plan.findings.map(({ member, problem, next }) => `${member}: ${problem}: ${next}`)).toEqual(lines)
  })

  it('refuses what another input rules out before it', () => {
    const health = { ...w.desired.health, expectClusterId: 'abc' }
    expect(planned(running('3.6.14', '3.5.33', '3.5.33'), { ...leftOut, health }).plan.summary).toBe(
      'the hosts belong to another cluster than the expected one',
    )
  })
})

const isDown = ({ hosts }: Observed, name: string): boolean =>
  hosts.find(({ member }) => member === name)?.process === undefined
