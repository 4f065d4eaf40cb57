import { describe, expect, it } from 'vitest'
import type { HostObserved } from '../../../src/cluster/observed.js'
import * as w from '../world.js'
import { type Change, changed, planOf, shortly, unit } from './worlds.js'

const idOf = (index: number): string => w.cluster.members[index]!.id
/** It tells of live connections to these, by index. */
const linked =
  (...to: readonly number[]): Change =>
  () => ({ peers: to.map(idOf) })
const proxied =
  (value = 'http://p:1', more: readonly string[] = []): Change =>
  () => ({
    environment: {
      given: [],
      process: [`HTTPS_PROXY=${value}`, ...more].map(
        (text) => ({ kind: 'process', text, hidden: false }) as const,
      ),
    },
  })
const both =
  (...changes: readonly Change[]): Change =>
  (host) =>
    changes.reduce<Partial<HostObserved>>((all, change) => ({ ...all, ...change({ ...host, ...all }) }), {})
const rolls = unit('--snapshot-count=50000', '--snapshot-count=1')
const steps = (...args: Parameters<typeof planOf>) => planOf(...args).steps.map(shortly)

describe('a member without a live connection to another one', () => {
  const cut = { 0: linked(1, 2), 1: linked(0), 2: linked(0, 1) }

  it('keeps all from being restarted', () => {
    const plan = planOf(changed({ ...cut, 0: both(cut[0], rolls) }))
    expect(plan.summary).toBe('restarting members now is not safe')
    expect(plan.findings).toMatchObject([
      { member: 'etcd-10.0.0.2', problem: 'has no live connection of its own to etcd-10.0.0.3' },
    ])
  })

  it('is restarted where it is the one that is down', () => {
    const statuses = w.members
      .filter((_, index) => index !== 1)
      .map(({ name }, index) => ({
        ...{ member: name, version: w.desired.release.version, storageVersion: '', isLeader: index === 0 },
      }))
    const plan = planOf(
      changed(
        { 0: linked(2), 1: both(linked(), rolls), 2: linked(0) },
        { cluster: { ...w.cluster, statuses }, silent: [{ member: w.names[1]!, reason: 'no answer' }] },
      ),
    )
    expect([plan.kind, plan.findings]).toEqual(['roll', []])
  })

  it('is warned of where none has to be', () => {
    const plan = planOf(changed(cut))
    expect(plan.kind).toBe('none')
    expect(plan.warnings).toEqual([
      expect.stringMatching(
        /^etcd-10.0.0.2 has no live connection of its own to etcd-10.0.0.3: look in its journal/,
      ),
    ])
  })

  it.each<[string, Readonly<Record<number, Change>>]>([
    ['all are linked', { 0: linked(1, 2), 1: linked(0, 2), 2: linked(0, 1) }],
    ['nobody tells', {}],
    ['one does not tell, and the others are linked', { 0: linked(1, 2), 2: linked(0, 1) }],
  ])('is no matter where %s', (_name, hosts) => {
    expect(planOf(changed(hosts)).warnings).toBeUndefined()
  })

  it('is not one that is down', () => {
    const { statuses } = planStatuses()
    const plan = planOf(changed({ 0: linked(1), 1: linked(0) }, { cluster: { ...w.cluster, statuses } }))
    expect(plan.findings.filter(({ problem }) => problem.includes('live connection'))).toEqual([])
  })
})

const planStatuses = () => ({
  statuses: w.names
    .slice(0, 2)
    .map((member) => ({ member, version: '3.6.14', storageVersion: '', isLeader: member === w.names[0] })),
})

describe('a proxy in the environment of a process', () => {
  it('takes a restart where it cuts the member off', () => {
    const observed = changed({ 0: both(linked(), proxied()), 1: both(linked(), proxied()), 2: linked(0, 1) })
    expect(steps(observed)).toEqual([
      'stage etcd-10.0.0.1',
      'stage etcd-10.0.0.2',
      'roll-member etcd-10.0.0.2 process',
      'roll-member etcd-10.0.0.1 process',
    ])
    expect(planOf(observed).steps.at(-1)?.reason).toBe(
      'runs with HTTPS_PROXY=http://p:1, and has no live connection of its own to etcd-10.0.0.2, etcd-10.0.0.3 (last, as it leads)',
    )
  })

  it('sends those first that it cuts off', () => {
    const observed = changed({ 1: both(linked(0, 2), rolls), 2: both(linked(0), proxied()), 0: linked(1, 2) })
    expect(steps(observed).filter((step) => step.startsWith('roll'))).toEqual([
      'roll-member etcd-10.0.0.3 process',
      'roll-member etcd-10.0.0.2 unit',
    ])
  })

  it.each<[string, Change]>([
    ['it does no harm yet', both(linked(0, 2), proxied())],
    ['nobody tells of links', proxied()],
  ])('is warned of, and restarts nothing, where %s', (_name, change) => {
    const plan = planOf(changed({ 1: change }))
    expect(plan.kind).toBe('none')
    expect(plan.warnings).toEqual([
      'etcd-10.0.0.2 runs with HTTPS_PROXY=http://p:1: connections to its peers are made through that proxy; its next restart takes it away',
    ])
  })

  it('is no matter where NO_PROXY spares the peers', () => {
    expect(planOf(changed({ 1: proxied('http://p:1', ['NO_PROXY=10.0.0.0/24']) })).warnings).toBeUndefined()
  })

  it('stays where keep-proxy asks for that', () => {
    const keeping = { ...w.desired, etcd: { ...w.desired.etcd, keepProxy: true } }
    const without = unit(
      /^# etcd would[^]*?UnsetEnvironment=.*\n/m.exec(w.runningHost(w.members[0]!).service.unit!.text)![0],
      '',
    )
    const hosts = Object.fromEntries([0, 1, 2].map((index) => [index, both(without, proxied(), linked())]))
    const plan = planOf(changed(hosts), keeping)
    expect(plan.kind).toBe('none')
    expect(plan.warnings?.[0]).toContain('keep-proxy leaves it')
  })
})

it('a unit that takes no proxies away yet is written anew, and nothing is restarted for it', () => {
  const old = unit('UnsetEnvironment=HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy\n', '')
  const plan = planOf(changed({ 0: old, 1: old, 2: old }))
  expect(plan.steps.map(shortly)).toEqual(w.names.map((name) => `correct-host ${name}`))
  expect(plan.steps[0]?.reason).toBe(
    'its unit: UnsetEnvironment: (none) -> HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy, so that no proxy comes between members',
  )
  expect(plan.files).toHaveLength(3)
})
