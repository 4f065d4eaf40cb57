import { describe, expect, it } from 'vitest'
import type { Desired } from '../../../src/cluster/desired.js'
import type { Observed } from '../../../src/cluster/observed.js'
import * as w from '../world.js'
import { changed, cluster, down, planOf, runs, service, shortly, statuses, unit } from './worlds.js'

const [one, two, three] = w.names as [string, string, string]
const older = runs('3.6.13')

/** The first `count` members alone. */
const few = (count: number, allowDowntime: boolean): Desired => ({
  ...w.desired,
  members: w.members.slice(0, count),
  roll: { ...w.desired.roll, allowDowntime },
})
const fewSeen = (count: number, observed: Observed): Observed => ({
  ...observed,
  hosts: observed.hosts.slice(0, count),
  cluster: observed.cluster && {
    ...observed.cluster,
    members: observed.cluster.members.slice(0, count),
    statuses: observed.cluster.statuses?.slice(0, count) ?? [],
  },
})
/** Units name all members at the bootstrap, which no longer matters. */
const restartAll = (count: number): Observed =>
  fewSeen(
    count,
    changed({ 0: unit('Restart=always', 'Restart=no'), 1: unit('Restart=always', 'Restart=no') }),
  )

describe('a member that is down', () => {
  it('is repaired before the others are touched, and no snapshot is taken there', () => {
    const rest = statuses(0).filter(({ member }) => member !== three)
    const world = changed(
      { 0: older, 1: older, 2: (host) => ({ ...older(host), ...down(host) }) },
      { cluster: { ...cluster, statuses: rest } },
    )
    expect(planOf(world).steps.map(shortly)).toEqual([
      `take-snapshot ${two}`,
      ...[one, two, three].map((name) => `stage ${name}`),
      `roll-member ${three} release,process`,
      `roll-member ${two} release`,
      `roll-member ${one} release`,
    ])
  })

  it('is alone restarted where nothing else differs', () => {
    const plan = planOf(changed({ 1: down }))
    expect(plan.steps.map(shortly)).toEqual([`stage ${two}`, `roll-member ${two} process`])
    expect(plan.steps[1]?.reason).toBe('etcd.service is failed (failed) (first, as it is down)')
  })

  it('together with another one is more than the quorum allows', () => {
    const plan = planOf(changed({ 1: down, 2: down }, { cluster: undefined }))
    expect(plan).toMatchObject({ kind: 'blocked', steps: [], summary: 'restarting members now is not safe' })
    expect(plan.findings).toContainEqual({
      member: two,
      problem: expect.stringContaining(
        'its service is failed, and 0 of 3 voters are fewer than the quorum of 2',
      ),
      next: expect.stringContaining('bring the members back first'),
      down: true,
    })
  })

  it('though its service runs keeps the others from being restarted, but not from what takes no restart', () => {
    const silent = { cluster: { ...cluster, statuses: statuses(0).slice(0, 2) } }
    expect(planOf(changed({ 0: older }, silent)).findings).toEqual([
      {
        member: three,
        problem: 'does not answer at its client URL, and no member is restarted while another one is down',
        next: 'look at its journal and bring it back first',
        down: true,
      },
    ])
    const why = [{ member: three, reason: '/opt/kube/bin/etcdctl: not found' }]
    expect(planOf(changed({ 0: older }, { ...silent, silent: why })).findings[0]?.problem).toContain(
      'does not answer at its client URL (/opt/kube/bin/etcdctl: not found), and',
    )
    expect(planOf(changed({ 2: older }, silent)).steps.map(shortly)).toContain(`roll-member ${three} release`)
    expect(planOf(changed({ 0: service({ unitFileState: 'disabled' }) }, silent)).steps.map(shortly)).toEqual(
      [`correct-host ${one}`],
    )
    expect(planOf(changed({}, silent)).kind).toBe('none')
  })

  it('cannot be told where nobody answers', () => {
    expect(planOf(changed({ 0: older }, { cluster: undefined })).kind).toBe('blocked')
    // No restart, and perhaps just what is missing.
    expect(planOf(changed({ 0: () => ({ certificate: undefined }) }, { cluster: undefined })).kind).toBe(
      'roll',
    )
  })
})

describe('one and two voters', () => {
  it.each([
    [1, '1 voter, quorum 1: writes stop once, for as long as a restart takes: some seconds'],
    [2, '2 voters, quorum 2: writes stop 2 times, each time for as long as a restart takes: some seconds'],
  ])('%i: restarts stop writes, so they have to be allowed', (count, note) => {
    const refused = planOf(restartAll(count), few(count, false))
    expect(refused).toMatchObject({ kind: 'blocked', steps: [] })
    expect(refused.findings[0]).toMatchObject({
      problem: expect.stringContaining('that stops writes'),
      next: expect.stringContaining('allow-downtime'),
    })
    const plan = planOf(restartAll(count), few(count, true))
    expect(plan.kind).toBe('roll')
    expect(plan.quorum?.note).toContain(note)
    // How long at the most, from health-timeout.
    expect(plan.quorum?.note).toContain('up to 1 min 0 s (health-timeout) more')
  })

  it.each([1, 2])('%i: what is down is not started where nobody answers', (count) => {
    const world = fewSeen(count, changed({ 0: down }, { cluster: undefined }))
    const plan = planOf(world, few(count, true))
    expect(plan.kind).toBe('blocked')
    expect(plan.findings[0]).toMatchObject({
      member: one,
      problem: expect.stringContaining('fewer than the quorum'),
      next: expect.stringContaining('bring the members back first'),
    })
  })

  it('take what restarts nothing without a word', () => {
    const world = fewSeen(1, changed({ 0: () => ({ certificate: undefined }) }))
    expect(planOf(world, few(1, false)).steps.map(shortly)).toEqual([`renew-certificate ${one}`])
  })
})
