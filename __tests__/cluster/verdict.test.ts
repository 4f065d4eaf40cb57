import { describe, expect, it } from 'vitest'
import type { ClusterAnswers, Expectations } from '../../src/cluster/answers.js'
import { healthLines, judge } from '../../src/cluster/verdict.js'
import {
  CLUSTER,
  IDS,
  expected,
  good,
  member,
  nameOf,
  unhealthy,
  urlOf,
  withAlarms,
  withEndpoint,
  withMembers,
  withStatus,
} from './answers.fixture.js'

describe('a cluster with nothing wrong', () => {
  const verdict = judge(good, { ...expected, clusterId: CLUSTER, maxLatencyMs: 3 })

  it('is healthy, with its ids and version', () =>
    expect(verdict).toMatchObject({
      healthy: true,
      problems: [],
      clusterId: CLUSTER,
      leader: IDS[0],
      version: '3.6.14',
      members: [{ name: nameOf(0) }, { name: nameOf(1) }, { name: nameOf(2) }],
    }))

  it('tells each endpoint in order, and which one leads', () =>
    expect(verdict.endpoints.map(({ name, memberId, isLeader }) => ({ name, memberId, isLeader }))).toEqual([
      { name: nameOf(0), memberId: IDS[0], isLeader: true },
      { name: nameOf(1), memberId: IDS[1], isLeader: false },
      { name: nameOf(2), memberId: IDS[2], isLeader: false },
    ]))

  it("prints the document's lines", () =>
    expect(healthLines(verdict)).toEqual(
      [0, 1, 2].map((i) => `${urlOf(i)} is healthy: successfully committed proposal: took = 2.210885ms`),
    ))

  it('is recognised with host names and IPv6 addresses spelt differently', () => {
    const spelt = withMembers(
      [0, 1, 2].map((i) => ({ ...member(i), peerUrls: [`https://[2001:DB8:0::${i + 1}]:2380`] })),
    )
    const members = [0, 1, 2].map((i) => ({ name: nameOf(i), peerUrl: `https://[2001:db8::${i + 1}]:2380` }))
    expect(judge(spelt, { ...expected, members }).problems).toEqual([])
  })
})

describe('a cluster with something wrong', () => {
  it('names no leader and no cluster where there is no agreement', () => {
    expect(judge(withStatus(2, { leader: IDS[2] }), expected).leader).toBe('')
    expect(judge(withStatus(2, { leader: '' }), expected).leader).toBe('')
    expect(judge(withStatus(2, { clusterId: 'abc' }), expected).clusterId).toBe('')
  })

  it('gives the lowest version that is served', () =>
    expect(judge(withStatus(1, { version: '3.5.9' }), expected).version).toBe('3.5.9'))

  it("prints the document's lines, the unhealthy ones too", () => {
    const answers = withEndpoint(1, (from) =>
      unhealthy(from, 'context deadline exceeded', 'dial tcp: refused'),
    )
    expect(healthLines(judge(answers, expected))).toEqual([
      'https://10.0.0.1:2379 is healthy: successfully committed proposal: took = 2.210885ms',
      'https://10.0.0.2:2379 is unhealthy: failed to commit proposal: context deadline exceeded',
      'https://10.0.0.3:2379 is healthy: successfully committed proposal: took = 2.210885ms',
    ])
  })

  it('an alarm makes every line unhealthy, whatever the version of etcdctl', () =>
    expect(healthLines(judge(withAlarms({ memberId: IDS[0] ?? '', alarm: 'NOSPACE' }), expected))).toEqual(
      [0, 1, 2].map((i) => `${urlOf(i)} is unhealthy: failed to commit proposal: Active Alarm(s): NOSPACE`),
    ))
})

describe('endpoints mode, where nobody says who the members are', () => {
  const anyone: Expectations = { ...expected, members: undefined }
  const one: ClusterAnswers = {
    ...good,
    endpoints: good.endpoints.slice(0, 1).map((e) => ({ ...e, name: '' })),
  }

  it('takes the name from the member list, and is healthy', () =>
    expect(judge(one, anyone)).toMatchObject({ healthy: true, endpoints: [{ name: nameOf(0) }] }))

  it('notes the voters it did not see', () =>
    expect(judge(one, anyone).notes).toEqual([
      'member etcd-10.0.0.2 (18e1b1602639adb) is behind none of the endpoints checked',
      'member etcd-10.0.0.3 (fd422379fda50e48) is behind none of the endpoints checked',
    ]))

  it('has no notes where all were seen', () => expect(judge(good, anyone).notes).toBeUndefined())

  it('still refuses members that never started', () =>
    expect(
      judge(withMembers([member(0), member(1), { ...member(2), name: '' }]), anyone).problems,
    ).toHaveLength(1))
})
