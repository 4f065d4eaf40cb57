import { describe, expect, it } from 'vitest'
import type { EnvironmentRow, HostObserved } from '../../src/cluster/observed.js'
import { makePlan } from '../../src/plan/make-plan.js'
import { changed, planOf } from './change/worlds.js'
import * as w from './world.js'

const DROP_IN = '/etc/systemd/system/etcd.service.d/10.conf'
const [, second] = w.names

const runningWith =
  (...flags: readonly string[]) =>
  (host: HostObserved): Partial<HostObserved> => ({
    process: { ...host.process!, argv: [...host.process!.argv, ...flags] },
  })

const given =
  (text: string, kind: EnvironmentRow['kind'] = 'unit') =>
  (): Partial<HostObserved> => ({
    environment: {
      given: kind === 'process' ? [] : [{ kind, text, hidden: false, file: DROP_IN, line: 2, by: DROP_IN }],
      process: kind === 'process' ? [{ kind, text, hidden: false }] : [],
    },
  })

const warnings = (change: (host: HostObserved) => Partial<HostObserved>): readonly string[] =>
  (planOf(changed({ 1: change })).warnings ?? []).filter((line) => !line.includes('do not run with the same'))

describe('what a member runs with by its own hand', () => {
  it.each([
    ['--listen-client-http-urls=http://0.0.0.0:2400', 'opens another way into all of etcd'],
    ['--unsafe-no-fsync', 'loses writes'],
    ['--experimental-peer-skip-client-san-verification=true', 'from any address'],
    ['--peer-client-cert-auth=false', 'without a certificate'],
    ['--auto-tls', 'makes for itself'],
  ])('%s is warned of, and taken out', (flag, says) => {
    const plan = planOf(changed({ 1: runningWith(flag) }))
    expect(plan.kind).toBe('roll')
    const [warning] = warnings(runningWith(flag))
    expect(warning).toMatch(new RegExp(`^${second}: its etcd runs with ${flag}`))
    expect(warning).toContain(says)
    expect(warning).toMatch(/; a deploy that restarts it takes that out$/)
  })

  it.each([
    ['ETCD_LISTEN_CLIENT_HTTP_URLS=http://0.0.0.0:2400', 'unit'],
    ['ETCD_UNSAFE_NO_FSYNC=true', 'file'],
    ['ETCD_STRICT_RECONFIG_CHECK=false', 'process'],
    ['ETCD_PEER_AUTO_TLS=1', 'manager'],
  ] as const)('%s in its environment is warned of, and refused by nobody', (text, kind) => {
    const plan = planOf(changed({ 1: given(text, kind) }))
    expect(plan.kind).toBe('none')
    expect(warnings(given(text, kind))).toEqual([
      expect.stringMatching(new RegExp(`^${second}: ${text} \\(.*; take it out there, then`)),
    ])
  })

  it.each([
    '--listen-client-http-urls=',
    '--unsafe-no-fsync=false',
    '--auto-tls=false',
    '--log-outputs=/x',
    '--enable-pprof',
  ])('%s is not: it opens nothing, and risks nothing', (flag) =>
    expect(warnings(runningWith(flag))).toEqual([]),
  )

  it('is warned of before a bootstrap too', () => {
    const host = { ...w.readyHost(w.members[1]!), ...given('ETCD_UNSAFE_NO_FSYNC=true')() }
    const world = w.world([w.readyHost(w.members[0]!), host, w.readyHost(w.members[2]!)])
    const plan = makePlan(w.desired, world, { now: w.now })
    expect(plan.kind).toBe('bootstrap')
    expect(plan.warnings?.join('\n')).toContain(
      `${second}: ETCD_UNSAFE_NO_FSYNC=true (${DROP_IN}, line 2) loses`,
    )
  })
})

describe('a flag that the release does not have, where version is left out', () => {
  const asking = (name: string) => ({
    ...w.desired,
    release: { ...w.desired.release, version: '' },
    etcd: { ...w.desired.etcd, args: [{ name, value: '1' }] },
  })
  it.each([
    ['a bootstrap', w.freshWorld],
    ['a change', changed({})],
  ])('blocks %s', (_, world) => {
    const plan = makePlan(asking('enable-v2'), world, { now: w.now })
    expect(plan.kind).toBe('blocked')
    expect(plan.summary).toMatch(/^etcd 3\.6\.\d+ would not start with etcd-args$/)
    expect(plan.findings[0]?.problem).toMatch(
      /^--enable-v2 is not known to etcd .* \(gone since 3\.6\): leave it out$/,
    )
    expect(makePlan(asking('max-wals'), world, { now: w.now }).kind).not.toBe('blocked')
  })
})
