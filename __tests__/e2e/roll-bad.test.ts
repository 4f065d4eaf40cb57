import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { VERSION } from './lab.js'
import { failed } from './refusal.js'
import { changedSince, saidOf } from './roll-said.js'
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

describe('a member that cannot start as asked is put back, and those after it are not touched', () => {
  beforeAll(async () => {
    cluster = await rollable()
    lab = cluster.lab
    base = await cluster.inputs(FROM)
  })

  test('the first one: a value that only etcd itself refuses', async () => {
    const before = await mainPids(lab)
    const result = failed(await run({ ...base, 'etcd-args': '--log-level=loud' }))
    const { member, what, state, rolled, untouched } = saidOf(cluster, result.failure)
    expect(what).toBe(
      'it did not become healthy after its restart: etcd exited with status 2 (panic: unrecognized level: "loud")',
    )
    expect(state).toBe(`it was put back and is healthy with ${FROM}`)
    expect(rolled).toEqual([])
    expect(untouched).toEqual(HOSTS.filter((host) => host !== member))
    expect(await changedSince(lab, before)).toEqual([member])
    expect(result.outputs).toMatchObject({ changed: 'true', 'failed-writes': '0' })
    expect(Number(result.outputs['max-write-gap-ms'])).toBeGreaterThan(0)
    expect(result.log).toMatch(/^ {2}\| .*unrecognized level: \\*"loud/m)
    await servesOn(lab, HOSTS)
    const again = await run(base)
    expect(again.outputs).toMatchObject({ changed: 'false', healthy: 'true' })
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
    const { member, what, state, rolled, untouched } = saidOf(cluster, result.failure)
    expect(what).toMatch(
      /^its new files could not be put in place: the release \S+ is not there, or not as it was checked$/,
    )
    expect(state).toBe(`it was put back and is healthy with ${FROM}`)
    expect([rolled.length, untouched]).toEqual([2, []])
    expect(await changedSince(lab, before)).toEqual(HOSTS.filter((host) => host !== member))
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
    const rolled = await changedSince(lab, before)
    expect(rolled).toHaveLength(1)
    const untouched = HOSTS.filter((host) => !rolled.includes(host)).map(cluster.name)
    expect(failure).toContain(
      `; rolled and confirmed: ${rolled.map(cluster.name).join()}, not touched: ${untouched.join(', ')}; `,
    )
    await lab.on(
      1,
      `${etcdctl(lab, 1)} member remove $(${etcdctl(lab, 1)} member list | sed -n 's/, unstarted.*//p')`,
    )
    await converges(lab, inputs)
  })
})
