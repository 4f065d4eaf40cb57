import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { Observed } from '../../src/cluster/observed.js'
import { RECOMMENDED } from '../../src/etcd/recommended.js'
import { bootstrapMarker } from '../../src/plan/marker.js'
import { planFor } from '../../src/plan/make-plan.js'
import * as w from './world.js'

const asking = (version: string): Desired => ({ ...w.desired, release: { ...w.desired.release, version } })
const planned = (observed: Observed, desired = asking('')) => planFor(desired, observed, { now: w.now })
const markedWith = (version: string) => bootstrapMarker(asking(version))
const onDisk = (version: string) =>
  w.but(w.bareHost, { binaries: { etcd: { sha256: `disk ${version}`, version } } })

describe('version left out at a bootstrap', () => {
  const waiting = (version: string, diskVersion = version) =>
    w.but(w.waitingHost, {
      bootstrapMarker: markedWith(version),
      binaries: { etcd: { sha256: 'aa', version: diskVersion }, etcdctl: { sha256: 'bb', version: '' } },
    })
  const marked = (version: string) => w.but(w.bareHost, { bootstrapMarker: markedWith(version) })
  const begun = (version: string) =>
    `version is left out: etcd ${version}, with which this bootstrap was begun`
  const recommended = `version is left out: etcd ${RECOMMENDED}, which this version of the action recommends`

  it.each<[string, Observed, string, string]>([
    ['of bare hosts', w.freshWorld, RECOMMENDED, recommended],
    [
      'of hosts with an older release in bin-dir',
      w.world(w.hostsOf(onDisk('3.4.23'), onDisk('3.4.23'), onDisk('3.4.23'))),
      RECOMMENDED,
      recommended,
    ],
    [
      'that was begun with another one, and nothing is there yet but its note',
      w.world(w.hostsOf(marked('3.5.33'), w.bareHost, w.bareHost)),
      '3.5.33',
      begun('3.5.33'),
    ],
    [
      'that was begun and left members waiting',
      w.world(w.hostsOf(waiting('3.5.33'), marked('3.5.33'), marked('3.5.33'))),
      '3.5.33',
      begun('3.5.33'),
    ],
    [
      'that was begun over an older release, and died before all hosts had the new one',
      w.world(w.hostsOf(waiting('3.5.33'), waiting('3.5.33', '3.4.23'), waiting('3.5.33', '3.4.23'))),
      '3.5.33',
      begun('3.5.33'),
    ],
    [
      'that an older action began, which noted no version: what its members run',
      w.world(w.hostsOf(waiting('', '3.5.30'), waiting('', '3.5.30'), marked(''))),
      '3.5.30',
      begun('3.5.30'),
    ],
    [
      'that an older action began and left no member of',
      w.world(w.hostsOf(marked(''), marked(''), marked(''))),
      RECOMMENDED,
      recommended,
    ],
  ])('%s', (_, observed, version, line) => {
    const { plan, desired, says } = planned(observed)
    expect(plan.kind).toBe('bootstrap')
    expect(plan.summary).toContain(`3 members with etcd ${version}`)
    expect(desired.release.version).toBe(version)
    expect(desired.release.kept).toBeUndefined()
    expect(says).toEqual([line])
  })

  it('refuses one that was begun with several', () => {
    const { plan } = planned(w.world(w.hostsOf(waiting('3.5.33'), waiting('3.5.30'), marked('3.5.30'))))
    expect(plan.kind).toBe('blocked')
    expect(plan.findings.map(({ problem }) => problem)).toEqual([
      'its bootstrap was begun with etcd 3.5.33',
      'its bootstrap was begun with etcd 3.5.30',
      'its bootstrap was begun with etcd 3.5.30',
    ])
  })

  it.each(['3.5.33', '3.6.14', '3.9.99'])('is never asked where version is %s', (version) => {
    const { desired, says } = planned(w.freshWorld, asking(version))
    expect(desired.release).toEqual({ ...w.desired.release, version })
    expect(says).toEqual([])
  })
})
