import { describe, expect, it } from 'vitest'
import type { HostObserved, Observed } from '../../../src/cluster/observed.js'
import { founderId } from '../../../src/etcd/member-id.js'
import { parseExecStart } from '../../../src/etcd/parse-unit.js'
import { flagsIn } from '../../../src/plan/argv.js'
import { unitAsMeant } from '../../../src/plan/change/unit-as-meant.js'
import { wantedUnit } from '../../../src/plan/unit.js'
import * as w from '../world.js'

const member = w.members[1]!
const host = w.runningHost(member)
const wanted = wantedUnit(w.desired, member)
const withUnit = (change: (text: string) => string | undefined): HostObserved => {
  const text = change(wanted)
  return {
    ...host,
    service: { ...host.service, unit: text === undefined ? undefined : { ...host.service.unit!, text } },
  }
}
const withId = (id: string): Observed['cluster'] => ({
  ...w.cluster,
  members: w.cluster.members.map((row, index) => (index === 1 ? { ...row, id } : row)),
})
const FOUNDER = withId(founderId([member.peerUrl], 'etcd-cluster-0'))
const JOINED = withId('abc')
const old = (text: string): string =>
  text
    .replace(/--initial-cluster=\S+/, '--initial-cluster=old=https://10.9.9.9:2380')
    .replace('etcd-cluster-0', 'old-token')
const existing = (text: string): string => text.replace('state=new', 'state=existing')

const CASES: readonly [
  name: string,
  host: HostObserved,
  cluster: Observed['cluster'],
  state: string,
  list: string,
  token: string,
][] = [
  ['a founder', host, FOUNDER, 'new', 'etcd-10.0.0.1=', 'etcd-cluster-0'],
  ['a founder, nobody answers', host, undefined, 'new', 'etcd-10.0.0.1=', 'etcd-cluster-0'],
  [
    'a founder whose unit says existing',
    withUnit(existing),
    FOUNDER,
    'existing',
    'etcd-10.0.0.1=',
    'etcd-cluster-0',
  ],
  [
    'one that joined, whose unit says existing',
    withUnit(existing),
    JOINED,
    'existing',
    'etcd-10.0.0.1=',
    'etcd-cluster-0',
  ],
  ['one that joined, whose unit says new', host, JOINED, 'existing', 'etcd-10.0.0.1=', 'etcd-cluster-0'],
  [
    'one that joined, without a unit',
    withUnit(() => undefined),
    JOINED,
    'existing',
    'etcd-10.0.0.1=',
    'etcd-cluster-0',
  ],
  [
    'a unit of a cluster that was made otherwise',
    withUnit(old),
    undefined,
    'new',
    'old=https://10.9.9.9:2380',
    'old-token',
  ],
  [
    'a unit beside no data',
    { ...withUnit((text) => existing(old(text))), hasMemberData: false },
    undefined,
    'new',
    'etcd-10.0.0.1=',
    'etcd-cluster-0',
  ],
  [
    'a unit without a command',
    withUnit(() => '[Service]\n'),
    undefined,
    'new',
    'etcd-10.0.0.1=',
    'etcd-cluster-0',
  ],
]

describe('the unit of a member that is there', () => {
  it.each(CASES)('%s', (_, observed, cluster, state, list, token) => {
    const text = unitAsMeant(w.desired, member, observed, cluster)
    const flags = flagsIn(parseExecStart(text)!)
    expect(flags.get('--initial-cluster-state')).toEqual([state])
    expect(flags.get('--initial-cluster')?.[0]?.startsWith(list)).toBe(true)
    expect(flags.get('--initial-cluster-token')).toEqual([token])
    expect(text).toContain('\nAssertPathExists=/var/lib/etcd/member/wal\n')
    // All else is as asked for.
    const rest = (unit: string) => unit.split('\n').filter((line) => !line.includes('--initial-'))
    expect(rest(text)).toEqual(rest(wanted))
  })
})
