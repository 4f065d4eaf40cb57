import { describe, expect, it } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.js'
import * as w from '../world.js'
import { type Change, changed, running, unit } from './worlds.js'

/** The tool that reads a snapshot back is gone, and the member has to be restarted for something else. */
const withoutTool: Change = (host) => ({
  ...unit('--snapshot-count=50000', '--snapshot-count=7')(host),
  binaries: { etcd: host.binaries.etcd!, etcdctl: host.binaries.etcdctl! },
})
const world = () => changed({ 0: withoutTool, 1: withoutTool, 2: withoutTool })
const asking = (version: string, when: 'auto' | 'always' | 'never') => ({
  ...w.desired,
  release: { ...w.desired.release, version },
  snapshot: { ...w.desired.snapshot, when },
})

describe('a snapshot that nothing on its host could read back', () => {
  it('is refused before anything is changed, where no release is asked for that brings the tool', () => {
    const plan = makePlan(asking('', 'always'), world(), { now: w.now })
    expect(plan.kind).toBe('blocked')
    expect(plan.findings).toEqual([
      {
        member: w.names[1],
        problem: 'there is no /opt/kube/bin/etcdutl, with which a snapshot is read back',
        next: 'set version to 3.6.14, which installs it, or snapshot to never',
      },
    ])
  })

  it.each<[string, string, 'auto' | 'always' | 'never']>([
    ['a version that is given brings it', '3.6.14', 'always'],
    ['none is taken, as no version changes', '', 'auto'],
    ['none is asked for', '', 'never'],
  ])('is no matter where %s', (_, version, when) =>
    expect(makePlan(asking(version, when), world(), { now: w.now }).kind).toBe('roll'),
  )

  it('is read by etcdctl on 3.4', () => {
    const observed = running('3.4.23', '3.4.23', '3.4.23')
    const hosts = observed.hosts.map((host) => ({ ...host, ...withoutTool(host) }))
    expect(makePlan(asking('', 'always'), { ...observed, hosts }, { now: w.now }).kind).toBe('roll')
  })
})
