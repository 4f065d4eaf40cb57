import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { VERSION } from './lab.js'
import { failed } from './refusal.js'
import {
  atTurn,
  converges,
  etcdctl,
  goesOn,
  FROM,
  HOSTS,
  mainPids,
  type Rollable,
  rollable,
  servesOn,
} from './roll-faults.js'

let cluster: Rollable
let lab: Lab
let base: Record<string, string>

/** Numbers of the hosts whose members a clause of the sentence lists. */
const hostsIn = (clause: string | undefined): readonly number[] =>
  HOSTS.filter((host) => clause?.split(', ').includes(cluster.name(host)))
const part = (failure: string, before: string): string | undefined =>
  new RegExp(`${before}: ((?:etcd-[0-9.]+(?:, )?)+)`).exec(failure)?.[1]
const changedPids = async (before: readonly string[]): Promise<readonly number[]> =>
  (await mainPids(lab)).flatMap((pid, at) => (pid === before[at] ? [] : [at + 1]))

/** The sentence about a member that was put back: who it is, who was rolled before, who was not touched, and why. */
const putBack = (failure: string) => {
  const said =
    /^(etcd-[0-9.]+): (.*); it was put back and is healthy with ([0-9.]+), (.*); put right what is named here and run again: the next run goes on from here\.$/.exec(
      failure,
    )
  expect(said, failure).not.toBeNull()
  const [, member = '', why = '', version = '', rest = ''] = said ?? []
  return {
    ...{ member: hostsIn(member)[0] ?? 0, why, version },
    rolled: hostsIn(part(rest, 'rolled and confirmed')),
    untouched: hostsIn(part(rest, 'not touched')),
  }
}

describe('a member that cannot start as asked is put back, and those after it are not touched', () => {
  beforeAll(async () => {
    cluster = await rollable()
    lab = cluster.lab
    base = await cluster.inputs(FROM)
  })

  test('the first one: a value that only etcd itself refuses', async () => {
    const before = await mainPids(lab)
    const result = failed(await run({ ...base, 'etcd-args': '--log-level=loud' }))
    const { member, why, version, rolled, untouched } = putBack(result.failure)
    expect(why).toMatch(/^it did not become healthy after its restart: etcd exited/)
    expect(version).toBe(FROM)
    expect(rolled).toEqual([])
    expect(untouched).toEqual(HOSTS.filter((host) => host !== member))
    expect(await changedPids(before)).toEqual([member])
    expect(result.outputs).toMatchObject({ changed: 'true', 'failed-writes': '0' })
    expect(Number(result.outputs['max-write-gap-ms'])).toBeGreaterThan(0)
    expect(result.log).toMatch(/^ {2}\| .*unrecognized level: \\*"loud/m)
    await servesOn(lab, HOSTS)
    const again = await run(base)
    expect(again.outputs).toMatchObject({ changed: 'false', healthy: 'true' })
  })

  test('one in the middle: its port is taken', async () => {
    const before = await mainPids(lab)
    const inputs = {
      ...{ ...base, 'local-http-listener': 'true' },
      'before-member': atTurn(lab, 2, (host, command) => `${command} occupy ${host} 2379 127.0.0.1`),
    }
    const result = failed(await run(inputs))
    const { member, why, version, rolled, untouched } = putBack(result.failure)
    expect(why).toMatch(/^it did not become healthy after its restart: etcd exited/)
    expect(version).toBe(FROM)
    expect([rolled.length, untouched.length]).toEqual([1, 1])
    expect(await changedPids(before)).toEqual([...rolled, member].sort())
    expect(result.log).toMatch(/^ {2}\| .*listen tcp 127\.0\.0\.1:2379: bind: address already in use/m)
    await servesOn(lab, HOSTS)
    await lab.command('free', String(member), '2379')
    const next = await goesOn(lab, inputs)
    expect(next.log).toMatch(/^rolled: etcd-[0-9.]+, etcd-[0-9.]+$/m)
  })

  test('the last one: its binary is not what was sent', async () => {
    const before = await mainPids(lab)
    const inputs = {
      ...(await cluster.inputs(VERSION)),
      'before-member': atTurn(
        lab,
        3,
        (host, command) =>
          `${command} exec ${host} -- sh -c 'truncate -s 1M /opt/kube/bin/.etcd/v${VERSION}-*/etcd'`,
      ),
    }
    const result = failed(await run(inputs))
    const { member, why, version, rolled, untouched } = putBack(result.failure)
    expect(why).toMatch(
      /^its new files could not be put in place: the release \S+ is not there, or not as it was checked$/,
    )
    expect(version).toBe(FROM)
    expect([rolled.length, untouched]).toEqual([2, []])
    expect(await changedPids(before)).toEqual(HOSTS.filter((host) => host !== member))
    expect(result.outputs['snapshot']).toMatch(/^\/var\/backups\/etcd\/etcd-.*\.db$/)
    await servesOn(lab, HOSTS)
    const next = await goesOn(lab, inputs)
    expect(next.outputs['version']).toBe(VERSION)
  })

  test('someone adds a member in the middle: the rest is left alone', async () => {
    const before = await mainPids(lab)
    base = await cluster.inputs(VERSION)
    const add = (host: number) =>
      `${etcdctl(lab, host)} member add other --learner --peer-urls=https://${lab.bridge}:2380`
    const inputs = {
      ...{ ...base, 'etcd-args': '--heartbeat-interval=120' },
      // etcd takes no new member while one has been connected for less than 5 s.
      'before-member': atTurn(
        lab,
        2,
        (host, command) =>
          `${command} exec ${host} -- timeout 30 sh -c 'until ${add(host)} 2>/dev/null; do sleep 0.3; done'`,
      ),
    }
    const { failure } = failed(await run(inputs))
    expect(failure).toMatch(/ was not touched: .*(is a learner|was added but has never started)/)
    const rolled = hostsIn(part(failure, 'rolled and confirmed'))
    expect(rolled).toHaveLength(1)
    expect(hostsIn(part(failure, '; rolled and confirmed: etcd-[0-9.]+, not touched'))).toHaveLength(2)
    expect(await changedPids(before)).toEqual(rolled)
    await lab.on(
      1,
      `${etcdctl(lab, 1)} member remove $(${etcdctl(lab, 1)} member list | sed -n 's/, unstarted.*//p')`,
    )
    await converges(lab, inputs)
  })
})
