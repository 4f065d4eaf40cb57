import { describe, expect, it } from 'vitest'
import type { ClusterObserved } from '../../src/cluster/observed.js'
import { observeUpgrade } from '../../src/observe/before-upgrade.js'
import type { SeenHost } from '../../src/observe/links.js'
import type { CommandResult, HostSession } from '../../src/ssh/port.js'
import { desired, members, runningHost } from '../plan/world.js'

const ok = (stdout: string): CommandResult => ({ code: 0, stdout, stderr: '' })
const failing = (stderr: string): CommandResult => ({ code: 1, stdout: '', stderr })
const ON = failing('Error: etcdserver: authentication failed, invalid user ID or password\n')
const CLEAN = ok('No custom content found in both v2store and WAL records.\n')
const DIRTY = failing('Error: detected custom v2 content in WAL records\n')

/** Members by the version they serve, each with what its tool answers. */
const world = (...told: readonly (readonly [version: string, answer: CommandResult | Error])[]) => {
  const ran: string[] = []
  const hosts = told.map(([, answer], index): SeenHost => {
    const member = members[index]!
    const run: HostSession['run'] = ({ args = [] }) => {
      ran.push(`${member.name}: ${args.slice(1).join(' ')}`)
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    }
    return { member, host: runningHost(member), session: { run } as HostSession }
  })
  const statuses = told.map(([version], index) => ({
    ...{ member: members[index]!.name, version, storageVersion: '', isLeader: index === 0 },
  }))
  const cluster: ClusterObserved = { clusterId: 'c', members: [], statuses }
  const look = (to: string) =>
    observeUpgrade({ ...desired, release: { ...desired.release, version: to } }, hosts, cluster)
  return { look, ran }
}

describe('what only one upgrade needs to know', () => {
  it.each([
    ['3.5.33', ['3.4.23', '3.4.23'], 2],
    ['3.5.33', ['3.5.30', '3.4.23'], 1],
    ['3.6.14', ['3.5.33', '3.6.14'], 1],
    ['3.5.33', ['3.5.16', '3.5.16'], 0],
    ['3.6.14', ['3.6.13', '3.6.14'], 0],
    ['3.7.1', ['3.6.14', '3.6.14'], 0],
    ['3.6.14', ['3.4.23', '3.4.23'], 0],
  ])('is asked for %s of members with %j alone: of %i', async (to, versions, count) => {
    const { look, ran } = world(...versions.map((version) => [version, CLEAN] as const))
    const facts = await look(to)
    expect(ran).toHaveLength(count)
    expect(facts === undefined).toBe(count === 0)
  })

  it.each([
    ['switched on', [ON, ON], { authentication: true }],
    ['switched off', [ok('[{}]'), ON], { authentication: false }],
    ['told by the one that can', [new Error('lost'), ON], { authentication: true }],
    ['told by nobody', [failing('Error: context deadline exceeded'), new Error('lost')], undefined],
  ])('authentication is %s', async (_name, answers, facts) => {
    const { look } = world(...answers.map((answer) => ['3.4.23', answer] as const))
    expect(await look('3.5.33')).toEqual(facts)
  })

  it('v2 data is looked for on every member, by the tool of what it runs', async () => {
    const { look, ran } = world(
      ['3.5.33', CLEAN],
      ['3.5.33', DIRTY],
      ['3.5.33', new Error('the host is away.')],
    )
    const [first, second, third] = members.map(({ name }) => name)
    expect(await look('3.6.14')).toEqual({
      v2: [
        { member: first, kind: 'none', reason: '' },
        { member: second, kind: 'found', reason: 'detected custom v2 content in WAL records' },
        { member: third, kind: 'unknown', reason: 'the host is away' },
      ],
    })
    expect(ran[0]).toBe(`${first}: /opt/kube/bin/etcdutl check v2store --data-dir=/var/lib/etcd`)
  })
})
