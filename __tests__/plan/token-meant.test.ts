import { describe, expect, it } from 'vitest'
import type { Desired, EtcdFlag } from '../../src/cluster/desired.js'
import type { HostObserved, Observed } from '../../src/cluster/observed.js'
import { memberFlags } from '../../src/etcd/flags.js'
import { bootstrapMarker } from '../../src/plan/marker.js'
import { planFor } from '../../src/plan/make-plan.js'
import { NEW_TOKEN, withKeptFlags, withToken } from '../../src/plan/token-meant.js'
import * as w from './world.js'
import { type Change, changed, unit } from './change/worlds.js'

const leftOut = withToken(w.desired, '')
const planned = (observed: Observed, desired: Desired = leftOut) => planFor(desired, observed, { now: w.now })
const tokensOf = (desired: Desired): readonly (string | undefined)[] =>
  desired.members.map(
    (member) => memberFlags(desired, member).find(({ name }) => name === 'initial-cluster-token')?.value,
  )
const token = (to: string): Change => unit('--initial-cluster-token=etcd-cluster-0', to)
const anotherArgument = (value: string): EtcdFlag => ({ name: 'heartbeat-interval', value })
const withArgs = (desired: Desired, args: readonly EtcdFlag[]): Desired => ({
  ...desired,
  etcd: { ...desired.etcd, args },
})

describe('cluster-token left out', () => {
  const marker = bootstrapMarker(withToken(w.desired, 'begun'))
  const marked = w.but(w.bareHost, { bootstrapMarker: marker })
  const waiting = w.but(w.waitingHost, { bootstrapMarker: marker })
  it.each<[string, Observed, string]>([
    ['is one of its own at a bootstrap', w.freshWorld, NEW_TOKEN],
    [
      'is the one that a bootstrap was begun with, and nothing is there yet but its note',
      w.world(w.hostsOf(marked, w.bareHost, w.bareHost)),
      'begun',
    ],
    [
      'is the one that a bootstrap was begun with, and members wait',
      w.world(w.hostsOf(waiting, waiting, marked)),
      'begun',
    ],
    [
      'is one of its own where the note is of other members',
      w.world(w.hostsOf(w.but(w.bareHost, { bootstrapMarker: w.otherMarker }))),
      NEW_TOKEN,
    ],
  ])('%s', (_, observed, expected) => {
    const { plan, desired } = planned(observed)
    expect(plan.kind).toBe('bootstrap')
    expect(tokensOf(desired)).toEqual([expected, expected, expected])
  })

  it('writes a unit at a bootstrap even where one of an earlier cluster is there', () => {
    const steps = planned(w.world(w.hostsOf(w.readyHost, w.readyHost, w.readyHost))).plan.steps
    expect(steps.filter(({ kind }) => kind === 'write-unit').map(({ reason }) => reason)).toEqual(
      w.members.map(
        () => expect.stringContaining('--initial-cluster-token: etcd-cluster-0 -> (unique)') as unknown,
      ),
    )
  })

  it('refuses data of a bootstrap with another token than the first one with data', () => {
    const other = w.but(w.waitingHost, { bootstrapMarker: bootstrapMarker(withToken(w.desired, 'x')) })
    const { plan } = planned(w.world(w.hostsOf(waiting, other, marked)))
    expect(plan.kind).toBe('blocked')
    expect(plan.findings[1]?.problem).toContain('asked for with initial-cluster-token=x')
  })

  it('says of a token that is given what it always said', () => {
    const { plan } = planned(w.world(w.hostsOf(waiting, waiting, marked)), withToken(w.desired, 'other'))
    expect(plan.summary).toBe('an unfinished bootstrap was asked for otherwise than this one')
  })
})

describe('cluster-token where a cluster exists', () => {
  const observed = changed({
    0: token('--initial-cluster-token=one'),
    1: token('--initial-cluster-token=two'),
  })

  it.each(['', 'etcd-cluster-0', 'another'])('is no difference where it is %j', (asked) =>
    expect(planned(observed, withToken(w.desired, asked)).plan).toMatchObject({ kind: 'none', steps: [] }),
  )

  it('stays in each unit as it is, where the unit is written anew for something else', () => {
    const more = withArgs(leftOut, [anotherArgument('200')])
    const { plan, desired } = planned(observed, more)
    expect(plan.kind).toBe('roll')
    expect(tokensOf(desired)).toEqual(['one', 'two', 'etcd-cluster-0'])
    for (const { diff } of plan.files ?? []) expect(diff.join('\n')).not.toMatch(/^[-+].*cluster-token/m)
  })

  it('is that of the others for a member whose unit is gone, and none where nobody has one', () => {
    const gone: Change = (host) => ({ service: { ...host.service, unit: undefined }, process: undefined })
    const without: Change = (host) => ({
      ...token('')(host),
      process: undefined,
    })
    expect(tokensOf(planned(changed({ 2: gone })).desired)).toEqual(Array(3).fill('etcd-cluster-0'))
    const { desired } = planned(changed({ 0: without, 1: without, 2: without }))
    expect(tokensOf(desired)).toEqual([undefined, undefined, undefined])
  })

  it('comes from what runs where a member has no unit', () => {
    const gone: Change = (host) => ({ service: { ...host.service, unit: undefined } })
    expect(tokensOf(planned(changed({ 0: gone, 1: gone, 2: gone })).desired)).toEqual(
      Array(3).fill('etcd-cluster-0'),
    )
  })

  it('is the one that is asked for where one is, once the unit is written anew', () => {
    const { desired } = planned(observed, withArgs(withToken(w.desired, 'given'), [anotherArgument('200')]))
    expect(tokensOf(desired)).toEqual(['given', 'given', 'given'])
  })
})

describe('a tuning value that this action used to set', () => {
  const table = (before: readonly string[]) => [{ name: 'snapshot-count', value: '99', before }]
  const countIn = (
    host: Change,
    args: readonly EtcdFlag[],
    before: readonly string[],
  ): string | undefined => {
    const observed = changed({ 0: host })
    const desired = withKeptFlags(withArgs(leftOut, args), leftOut, observed, table(before))
    return desired.etcd.kept
      ?.find(({ member }) => member === w.names[0])
      ?.flags.find(({ name }) => name === 'snapshot-count')?.value
  }
  const count = (value: string): Change => unit('--snapshot-count=50000', `--snapshot-count=${value}`)
  const asIs: Change = (host: HostObserved) => host

  it.each<[string, Change, readonly string[], string | undefined]>([
    ['stays', asIs, ['50000'], '50000'],
    ['stays after two changes', asIs, ['10000', '50000'], '50000'],
    ['is put right where it was set by hand', count('7'), ['50000'], undefined],
    ['is put right where it never was one', asIs, [], undefined],
  ])('%s', (_, host, before, kept) => expect(countIn(host, [], before)).toBe(kept))

  it('is the one that etcd-args ask for', () => {
    const args = [{ name: 'snapshot-count', value: '50000' }]
    const desired = withKeptFlags(
      withArgs(leftOut, args),
      withArgs(leftOut, args),
      changed({}),
      table(['50000']),
    )
    expect(desired.etcd.kept?.flatMap(({ flags }) => flags.map(({ name }) => name))).not.toContain(
      'snapshot-count',
    )
  })

  it('is in the flags that a member is started with', () => {
    const [first, second] = w.members
    const kept = [{ member: first!.name, flags: [{ name: 'snapshot-count', value: '10000' }] }]
    const desired = { ...w.desired, etcd: { ...w.desired.etcd, kept } }
    const flag = (member = first!) =>
      memberFlags(desired, member).find(({ name }) => name === 'snapshot-count')
    expect(flag()?.value).toBe('10000')
    expect(flag(second)?.value).toBe('50000')
  })
})
