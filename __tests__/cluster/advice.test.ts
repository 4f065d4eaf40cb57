import { describe, expect, it } from 'vitest'
import { adviceOn, downMember } from '../../src/cluster/advice.js'
import type { EndpointHealth, HealthVerdict } from '../../src/cluster/health.js'

const well: EndpointHealth = {
  ...{ endpoint: 'https://10.0.0.1:2379', name: 'etcd-1', memberId: 'a1', healthy: true, took: '2ms' },
  ...{ tookMs: 2, isLeader: true, isLearner: false, version: '3.6.14', dbSize: 1, raftTerm: '2' },
  ...{ raftIndex: '9', alarms: [], error: '' },
}
const ill = (error: string, alarms: readonly string[] = []): EndpointHealth => ({
  ...well,
  ...{ name: 'etcd-2', healthy: false, error, alarms },
})
const verdict = (problems: readonly string[], ...endpoints: readonly EndpointHealth[]): HealthVerdict => ({
  ...{ healthy: false, endpoints, problems, clusterId: 'c1', leader: 'a1', version: '3.6.14', members: [] },
})

const DOWN = 'context deadline exceeded'
const UNTRUSTED = `x is unhealthy: ${DOWN} (remote error: tls: unknown certificate authority)`
const NO_USER = 'x does not tell its status: (etcdserver: user name not found)'

describe('advice on an unhealthy cluster', () => {
  const hosts = { askedFrom: 'hosts' } as const
  const runner = { askedFrom: 'runner' } as const
  it.each([
    [
      'a member that is down',
      verdict(['x is unhealthy'], well, ill(DOWN)),
      hosts,
      'look at systemctl status',
    ],
    [
      'one down while another has an alarm',
      verdict(['x is unhealthy'], ill('Active Alarm(s): NOSPACE', ['NOSPACE']), ill(DOWN)),
      hosts,
      'look at systemctl status',
    ],
    ['certificates on the hosts', verdict([UNTRUSTED], ill(DOWN)), hosts, 'certificates in ca-dir'],
    ['certificates of the runner', verdict([UNTRUSTED], ill(DOWN)), runner, 'client-cert and client-key'],
    [
      'a connection that etcd ended',
      verdict(
        [`x is unhealthy: ${DOWN} (write tcp 10.0.0.1:2379: write: connection reset by peer)`],
        ill(DOWN),
      ),
      runner,
      'client-cert and client-key',
    ],
    ['authentication', verdict([NO_USER], well), runner, 'needs the role root'],
    [
      'a full database',
      verdict(['alarm'], ill('Active Alarm(s): NOSPACE', ['NOSPACE'])),
      hosts,
      'compact to the revision',
    ],
    [
      'differing data',
      verdict(['alarm'], ill('Active Alarm(s): CORRUPT', ['CORRUPT'])),
      hosts,
      'take a snapshot of each of them first',
    ],
    ['a limit', verdict(['x took 2s, longer than the limit of 1s'], well), hosts, 'every endpoint answers'],
  ])('%s', (_, given, context, says) => expect(adviceOn(given, context)).toContain(says))

  it('finds the member whose journal may help, which is none that only suffers from an alarm', () => {
    const alarmed = ill('Active Alarm(s): NOSPACE', ['NOSPACE'])
    expect(downMember(verdict([], alarmed, well))).toBeUndefined()
    expect(downMember(verdict([], alarmed, { ...ill(DOWN), name: 'etcd-3' }))?.name).toBe('etcd-3')
  })
})
