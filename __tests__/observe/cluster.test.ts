import { describe, expect, it } from 'vitest'
import type { Layout } from '../../src/cluster/desired.js'
import type { HostObserved } from '../../src/cluster/observed.js'
import { Failure } from '../../src/failure.js'
import { observeCluster, observeData } from '../../src/observe/cluster.js'
import type { SeenHost } from '../../src/observe/links.js'
import type { CommandResult, HostSession } from '../../src/ssh/port.js'
import { etcdctlThat } from './etcdctl.fixture.js'

const layout: Layout = {
  binDir: '/opt/kube/bin',
  caDir: '/etc/kubernetes/ssl',
  dataDir: '/var/lib/etcd',
  walDir: '',
  serviceName: 'etcd',
  serviceUser: 'etcd',
}
const list = (clusterId: string): CommandResult => ({
  code: 0,
  stdout: `{"header":{"cluster_id":${BigInt(`0x${clusterId}`)}},"members":[{"ID":1,"name":"etcd-${clusterId}"}]}`,
  stderr: '',
})
const down: CommandResult = { code: 1, stdout: '', stderr: 'Error: context deadline exceeded\n' }

/** Hosts 1, 2, ... by what etcdctl answers on each; undefined: no etcd runs there. */
const hosts = (...answers: readonly (CommandResult | Error | undefined)[]) => {
  const asked: string[] = []
  const seen = answers.map((answer, index): SeenHost => {
    const name = `etcd-${index + 1}`
    const member = {
      name,
      address: `10.0.0.${index + 1}`,
      clientUrl: `https://10.0.0.${index + 1}:2379`,
      peerUrl: `https://10.0.0.${index + 1}:2380`,
      ssh: { user: 'root', host: name, port: 22 },
    }
    const run = etcdctlThat((argv) => {
      asked.push(`${argv.slice(-2).join(' ')} of ${argv[1]}`)
      return answer instanceof Error ? Promise.reject(answer) : (answer ?? down)
    })
    return {
      member,
      session: { member: name, run } as unknown as HostSession,
      host: { service: { activeState: answer === undefined ? 'inactive' : 'active' } } as HostObserved,
    }
  })
  return { seen, asked }
}

describe('observeCluster', () => {
  it.each([
    ['nothing where no etcd runs', [undefined, undefined], undefined],
    ['nothing where none answers', [down, new Failure({ what: 'lost' })], undefined],
    ['what the one that answers says', [down, list('abc'), undefined], { clusterId: 'abc' }],
    [
      'the cluster of most of them, and who is elsewhere',
      [list('e1'), list('abc'), list('abc')],
      {
        clusterId: 'abc',
        elsewhere: [{ member: 'etcd-1', clusterId: 'e1' }],
      },
    ],
    [
      'the first one’s cluster in a tie',
      [list('e1'), list('abc')],
      {
        clusterId: 'e1',
        elsewhere: [{ member: 'etcd-2', clusterId: 'abc' }],
      },
    ],
  ] as const)('gives %s', async (_name, answers, expected) => {
    const { cluster: found } = await observeCluster({ layout }, hosts(...answers).seen)
    if (expected === undefined) expect(found).toBeUndefined()
    else {
      const { members, ...rest } = found!
      expect(rest).toEqual(expected)
      expect(members.map(({ name }) => name)).toEqual([`etcd-${expected.clusterId}`])
    }
  })

  it('tells what each member says of itself', async () => {
    const status = (member: number, leader: number, version: string): CommandResult => ({
      code: 0,
      stdout: `[{"Endpoint":"https://10.0.0.${member}:2379","Status":{"header":{"member_id":${member}},"version":"${version}","leader":${leader},"raftTerm":3,"raftIndex":9007199254740993,"storageVersion":"3.6.0"}}]`,
      stderr: '',
    })
    const { seen } = hosts(list('abc'), list('abc'), list('abc'))
    // Who sees no leader may know less of the log than the cluster has.
    const answers = [status(1, 0, '3.6.13'), status(2, 2, '3.6.14'), down]
    const answering = seen.map((host, index) => ({
      ...host,
      session: {
        ...host.session,
        run: etcdctlThat((argv) => (argv.includes('status') ? answers[index]! : list('abc'))),
      } as unknown as HostSession,
    }))
    const { cluster, silent } = await observeCluster({ layout }, answering)
    expect(cluster?.statuses).toEqual([
      { member: 'etcd-1', version: '3.6.13', storageVersion: '3.6.0', isLeader: false },
      {
        ...{ member: 'etcd-2', version: '3.6.14', storageVersion: '3.6.0', isLeader: true },
        raft: { term: '3', index: '9007199254740993' },
      },
    ])
    expect(silent).toEqual([{ member: 'etcd-3', reason: 'context deadline exceeded' }])
  })

  it('tells each alarm once, however many members report it', async () => {
    const status = (member: number): CommandResult => ({
      code: 0,
      stdout: `[{"Endpoint":"https://10.0.0.${member}:2379","Status":{"header":{"member_id":${member}},"version":"3.5.16","dbSize":20,"leader":1,"errors":["etcdserver: no leader","memberID:31 alarm:NOSPACE ","memberID:10 alarm:CORRUPT"]}}]`,
      stderr: '',
    })
    const { seen } = hosts(list('abc'), list('abc'))
    const alarmed = seen.map((host, index) => ({
      ...host,
      session: {
        ...host.session,
        run: etcdctlThat((argv) => (argv.includes('status') ? status(index + 1) : list('abc'))),
      } as unknown as HostSession,
    }))
    const { cluster } = await observeCluster({ layout }, alarmed)
    expect(cluster?.alarms).toEqual([
      { memberId: '1f', alarm: 'NOSPACE' },
      { memberId: 'a', alarm: 'CORRUPT' },
    ])
    expect(cluster?.statuses?.map(({ dbSize }) => dbSize)).toEqual([20, 20])
  })

  it('asks each running member for itself', async () => {
    const { seen, asked } = hosts(list('abc'), undefined, list('abc'))
    await observeCluster({ layout }, seen)
    expect(asked.sort()).toEqual([
      'endpoint status of --endpoints=https://10.0.0.1:2379',
      'endpoint status of --endpoints=https://10.0.0.3:2379',
      'member list of --endpoints=https://10.0.0.1:2379',
      'member list of --endpoints=https://10.0.0.3:2379',
    ])
  })

  it('asks a member that tells no list how it is all the same, and compares the data of those that serve from one place', async () => {
    const status = (member: number): CommandResult => ({
      code: 0,
      stdout: `[{"Endpoint":"https://10.0.0.${member}:2379","Status":{"header":{"member_id":${member},"revision":7},"version":"3.5.16","dbSize":20,"leader":1,"raftTerm":3,"raftIndex":9,"raftAppliedIndex":9}}]`,
      stderr: '',
    })
    const hashes = [1, 2].map(
      (member) =>
        `{"Endpoint":"https://10.0.0.${member}:2379","HashKV":{"header":{"member_id":${member},"revision":7},"hash":5,"compact_revision":1}}`,
    )
    const { seen } = hosts(list('abc'), list('abc'), list('abc'))
    const asked: string[] = []
    const answering = seen.map((host, index) => ({
      ...host,
      session: {
        ...host.session,
        run: etcdctlThat((argv) => {
          asked.push(
            `${index + 1}: ${argv
              .filter((word) => !word.startsWith('--'))
              .slice(1)
              .join(' ')}`,
          )
          if (argv.includes('status')) return status(index + 1)
          if (argv.includes('hashkv')) return { code: 0, stdout: `[${hashes.join(',')}]`, stderr: '' }
          return index === 2 ? down : list('abc')
        }),
      } as unknown as HostSession,
    }))
    const { cluster, silent, serving } = await observeCluster({ layout }, answering)
    const { data, granted } = await observeData({ layout }, serving)
    expect(silent).toEqual([{ member: 'etcd-3', reason: 'context deadline exceeded' }])
    expect(cluster?.statuses?.map(({ member }) => member)).toEqual(['etcd-1', 'etcd-2', 'etcd-3'])
    expect(data).toEqual({})
    expect(asked.filter((line) => line.includes('hashkv'))).toEqual(['1: endpoint hashkv'])
    expect(granted).toEqual(['etcd-1'])
  })
})
