import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { lookOverSsh } from '../../../src/apply/ssh/look.js'
import type { Answer, StatusEntry } from '../../../src/cluster/answers.js'
import { parseGatewayStatus } from '../../../src/etcd/responses.js'
import { OpenFailure, type Command, type CommandResult, type HostSession } from '../../../src/ssh/port.js'
import { desiredOf } from '../../etcd/desired.fixture.js'
import { hostWith } from '../../observe/host.fixture.js'

const desired = desiredOf()
const names = desired.members.map(({ name }) => name)
const [FIRST, SECOND, THIRD] = names as [string, string, string]

const ok = (stdout: string): CommandResult => ({ code: 0, stdout, stderr: '' })
const statusOf = (endpoint: string): string =>
  `[{"Endpoint":"${endpoint}","Status":{"header":{"cluster_id":1,"member_id":2},"version":"3.5.16","leader":2}}]`
const health = (endpoint: string): string => `[{"endpoint":"${endpoint}","health":true,"took":"1ms"}]`

interface Behaviour {
  /** Answers a command; undefined: as a healthy host does. */
  readonly run?: (command: Command, words: string) => Promise<CommandResult> | undefined
  readonly openTcp?: HostSession['openTcp']
}

/** A host whose SSH server forwards nothing, so that everything goes through commands. */
const host = (member: string, { run, openTcp }: Behaviour = {}): { session: HostSession; ran: string[] } => {
  const ran: string[] = []
  const session: HostSession = {
    member,
    target: `root@${member}:22`,
    run: (command) => {
      const words = (command.args ?? []).join(' ')
      const endpoint = /--endpoints=(\S+)/.exec(words)?.[1] ?? ''
      const what = /(endpoint status|endpoint health|member list)$/.exec(words)?.[1] ?? 'state'
      ran.push(`${what} ${endpoint}`.trim())
      const special = run?.(command, words)
      if (special) return special
      const answers: Readonly<Record<string, string>> = {
        state: 'ActiveState=active\nSubState=running\nMainPID=7\nNRestarts=0\n',
        'endpoint status': statusOf(endpoint),
        'endpoint health': health(endpoint),
        'member list': '{"header":{"cluster_id":1},"members":[{"ID":2,"name":"x"}]}',
      }
      return Promise.resolve(ok(answers[what]!))
    },
    hold: () => Promise.reject(new Error('not here')),
    openTcp: openTcp ?? (() => Promise.reject(new OpenFailure('prohibited', 'open failed'))),
    close: () => Promise.resolve(),
  }
  return { session, ran }
}
const look = (hosts: readonly { session: HostSession }[]) =>
  lookOverSsh({
    desired,
    sessionOf: (name) => hosts.find(({ session }) => session.member === name)?.session,
  })

/** What the gateways say of the member with that name; lists are answered as by a healthy one. */
const throughGateways = (
  hosts: readonly { session: HostSession }[],
  status: (name: string) => Promise<Answer<StatusEntry>>,
) =>
  lookOverSsh({
    desired,
    sessionOf: (name) => hosts.find(({ session }) => session.member === name)?.session,
    gatewayOf: (name) => ({
      status: () => status(name),
      members: () =>
        Promise.resolve({
          ok: true,
          value: { clusterId: '1', memberId: '2', members: [listed('by gateway')] },
        }),
    }),
  })
const listed = (name: string) => ({ id: '2', name, peerUrls: [], clientUrls: [], isLearner: false })
const statusBy = (version: string): Answer<StatusEntry> => ({
  ok: true,
  value: parseGatewayStatus(
    `{"header":{"cluster_id":"1","member_id":"2"},"version":"${version}","errors":["memberID:2 alarm:NOSPACE"]}`,
    '',
  ),
})
/** A host that has no etcdctl. */
const withoutEtcdctl = (member: string) =>
  host(member, {
    run: (_command, words) =>
      words.includes('--endpoints')
        ? Promise.resolve({ code: 127, stdout: '', stderr: 'not found' })
        : undefined,
  })
const never = (): Promise<CommandResult> => new Promise(() => undefined)

describe('lookOverSsh', () => {
  it('asks each host for its own member, and one of them for the lists', async () => {
    const hosts = names.map((name) => host(name))
    const view = await look(hosts)
    expect(
      view.members.map((member) => [member.name, member.ready, member.status?.version, member.reason]),
    ).toEqual(names.map((name) => [name, true, '3.5.16', '']))
    expect(view.listed).toEqual([{ id: '2', name: 'x', peerUrls: [], clientUrls: [], isLearner: false }])
    expect(view.alarms).toEqual([])
    const asked = hosts.flatMap(({ ran }) => ran)
    expect(asked.filter((what) => what.startsWith('member list'))).toHaveLength(1)
    hosts.forEach(({ ran }, index) =>
      expect(ran).toContain(`endpoint status ${desired.members[index]!.clientUrl}`),
    )
  })

  it('reads the metrics of each member once, and takes the highest version of the cluster that any of them tells', async () => {
    const asked: string[] = []
    const metricsOf = (version: string) =>
      `etcd_cluster_version{cluster_version="${version}"} 1\n` +
      'etcd_network_active_peers{Local="1",Remote="2a"} 1\n# HELP etcd_network_client_grpc_received_bytes_total x\n'
    const hosts = await Promise.all(
      names.map(async (name) => {
        const server = createServer((request, response) => {
          if (request.url === '/metrics') asked.push(name)
          response.end(request.url === '/metrics' ? metricsOf(name === SECOND ? '3.10' : '3.9') : 'ok')
        })
        return host(name, await hostWith(server))
      }),
    )
    const view = await look(hosts)
    expect(view.clusterVersion).toBe('3.10.0')
    expect(view.members.map(({ peers }) => peers)).toEqual([['2a'], ['2a'], ['2a']])
    expect(asked.sort()).toEqual([...names].sort())
  })

  it('sees a member whose change is not confirmed', async () => {
    const state = (_command: Command, words: string) =>
      words.includes('--endpoints') ? undefined : Promise.resolve(ok('Unconfirmed=yes\nActiveState=active\n'))
    const view = await look([host(FIRST, { run: state }), host(SECOND), host(THIRD)])
    expect(view.members.map(({ armed }) => armed)).toEqual([true, false, false])
  })

  it('looks once more at a member that was starting when it was asked, and serves by the time it answers', async () => {
    let serves = false
    const starting = host(SECOND, {
      run: (_command, words) => {
        if (words.endsWith('endpoint status')) {
          return sleep(30).then(() => {
            serves = true
            return ok(statusOf(desired.members[1]!.clientUrl))
          })
        }
        if (serves || words.includes('member list') || words.includes('alarm list')) return undefined
        return words.includes('--endpoints')
          ? Promise.resolve({ code: 1, stdout: '', stderr: '' })
          : Promise.resolve(ok('ActiveState=activating\nSubState=start\nMainPID=7\nNRestarts=0\n'))
      },
    })
    const view = await look([host(FIRST), starting, host(THIRD)])
    expect(view.members[1]).toMatchObject({
      activeState: 'active',
      ready: true,
      status: { version: '3.5.16' },
    })
    expect(starting.ran.filter((what) => what === 'state')).toHaveLength(2)
  })

  it('starts no etcdctl for a member where nobody listens', async () => {
    const down = host(SECOND, { openTcp: () => Promise.reject(new OpenFailure('refused', 'refused')) })
    const view = await look([host(FIRST), down, host(THIRD)])
    expect(view.members[1]).toMatchObject({
      ready: false,
      status: undefined,
      reason: expect.stringContaining('nothing listens') as string,
    })
    expect(down.ran).toEqual(['state'])
  })

  it('asks a neighbour where the own host cannot tell', async () => {
    const broken = withoutEtcdctl(SECOND)
    const view = await look([host(FIRST), broken, host(THIRD)])
    expect(view.members[1]?.status?.version).toBe('3.5.16')
    const alone = await look([host(FIRST), host(THIRD)])
    expect(alone.members[1]).toMatchObject({ activeState: '', ready: false, status: { version: '3.5.16' } })
  })

  it('takes the lists from the next one where the first fails after all', async () => {
    const half = host(FIRST, {
      run: (_command, words) =>
        words.endsWith('member list') ? Promise.reject(new Error('lost')) : undefined,
    })
    expect((await look([half, host(SECOND), host(THIRD)])).listed).toHaveLength(1)
  })

  it('starts no etcdctl where the gateways answer', async () => {
    const { openTcp } = await hostWith(createServer((_request, response) => response.end('ok')))
    const serving = names.map((name) => host(name, { openTcp }))
    const view = await throughGateways(serving, () => Promise.resolve(statusBy('3.6.14')))
    expect(view.members.map(({ status, ready }) => [status?.version, ready])).toEqual(
      names.map(() => ['3.6.14', true]),
    )
    expect(view.listed).toEqual([listed('by gateway')])
    expect(view.alarms).toEqual([{ memberId: '2', alarm: 'NOSPACE' }])
    expect(serving.flatMap(({ ran }) => ran)).toEqual(['state', 'state', 'state'])
  })

  it.each([
    ['refuses', () => Promise.resolve({ ok: false as const, reason: 'auth: user name is empty' })],
    ['hangs', () => new Promise<Answer<StatusEntry>>(() => undefined)],
  ])('asks by etcdctl where a gateway %s', async (_, says) => {
    const view = await throughGateways([host(FIRST), host(SECOND), host(THIRD)], (name) =>
      name === SECOND ? says() : Promise.resolve(statusBy('3.6.14')),
    )
    expect(view.members.map(({ status }) => status?.version)).toEqual(['3.6.14', '3.5.16', '3.6.14'])
  })

  it('takes the answer of a slow gateway where etcdctl has none, and the reason of etcdctl where neither has', async () => {
    const broken = withoutEtcdctl(SECOND)
    const slow = await throughGateways([broken], () => sleep(800, statusBy('3.6.14')))
    expect(slow.members[1]?.status?.version).toBe('3.6.14')
    const silent = await throughGateways([broken], () => Promise.resolve({ ok: false, reason: 'reset' }))
    expect(silent.members[1]).toMatchObject({ status: undefined, reason: 'not found' })
  })

  it('does not wait for a host that hangs', async () => {
    const hanging = host(SECOND, { run: never, openTcp: () => new Promise(() => undefined) })
    const view = await Promise.race([look([host(FIRST), hanging, host(THIRD)]), sleep(15_000)])
    expect(view?.members.map(({ activeState }) => activeState)).toEqual(['active', '', 'active'])
    expect(view?.listed).toHaveLength(1)
  }, 20_000)

  it('fails where no host can be asked for anything, with the reason of each', async () => {
    const gone = names.map((name) =>
      host(name, { run: () => Promise.reject(new Error('the connection is lost')) }),
    )
    await expect(look(gone)).rejects.toThrow(
      /no host can be asked for the state of its member.*\n- etcd-192\.168\.1\.1: the connection is lost\n/,
    )
  })
})
