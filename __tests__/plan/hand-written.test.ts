import { describe, expect, it } from 'vitest'
import type { HostObserved } from '../../src/cluster/observed.js'
import { makePlan } from '../../src/plan/make-plan.js'
import type { Plan } from '../../src/plan/plan.js'
import type { Outcome } from '../../src/report/outcome.js'
import { planLines } from '../../src/report/lines.js'
import { renderOutputs } from '../../src/report/outputs.js'
import { renderReportJson } from '../../src/report/report-json.js'
import { renderSummary } from '../../src/report/summary.js'
import { changed, planOf } from './change/worlds.js'
import * as w from './world.js'

const SECRET = 'hunter2'

/** Ways in which people keep a secret in the unit of a service. */
const UNITS: Readonly<Record<string, string>> = {
  'in a variable': `[Service]\nUser=etcd\nGroup=etcd\nEnvironment=PASSWORD=${SECRET}\nExecStart=/usr/bin/etcd --name=a\n`,
  'in a variable on a later line': `[Service]\nUser=etcd\nGroup=etcd\nEnvironment="A=1" \\\n  "B=${SECRET}"\nExecStart=/usr/bin/etcd\n`,
  'in one that is put out of force': `[Service]\nUser=etcd\nGroup=etcd\n#Environment=PASSWORD=${SECRET}\nExecStart=/usr/bin/etcd\n`,
  'with blanks around the =': `[Service]\nUser=etcd\nGroup=etcd\nEnvironment = PASSWORD=${SECRET}\nExecStart=/usr/bin/etcd\n`,
  'in a credential': `[Service]\nUser=etcd\nGroup=etcd\nSetCredential=pw:${SECRET}\nExecStart=/usr/bin/etcd\n`,
  'in another command': `[Service]\nUser=etcd\nGroup=etcd\nExecStartPre=/usr/bin/login -p ${SECRET}\nExecStart=/usr/bin/etcd\n`,
  'in a flag': `[Service]\nUser=etcd\nGroup=etcd\nExecStart=/usr/bin/etcd --discovery-password=${SECRET}\n`,
  'in a shell': `[Service]\nUser=etcd\nGroup=etcd\nExecStart=/bin/sh -c 'PASSWORD=${SECRET} exec etcd'\n`,
  'beside the flags': `[Service]\nUser=etcd\nGroup=etcd\nExecStart=/usr/bin/env PASSWORD=${SECRET} /usr/bin/etcd\n`,
}

const withUnit =
  (text: string) =>
  (host: HostObserved): Partial<HostObserved> => ({
    service: { ...host.service, unit: { mode: '644', owner: 'root', text } },
  })

const everything = (plan: Plan): string => {
  const outcome: Outcome = {
    ...({
      operation: 'plan',
      healthy: false,
      changed: false,
      plan,
      timings: [],
      commitLatencies: [],
    } as const),
    ...{ warnings: plan.warnings ?? [], startedAt: '2026-01-01T00:00:00.000Z' },
  }
  return [
    ...planLines(plan),
    ...Object.values(renderOutputs(outcome)),
    renderReportJson(outcome),
    renderSummary(outcome),
  ].join('\n')
}

describe.each(Object.entries(UNITS))('a secret %s', (_, text) => {
  it('is in no plan of a bootstrap', () => {
    const marked = w.but(w.waitingHost, { bootstrapMarker: w.marker })
    const written = w.but(marked, withUnit(text)(w.waitingHost(w.members[1]!)))
    const hosts = w.hostsOf(marked, written, marked)
    const plan = makePlan(w.desired, w.world(hosts), { now: w.now })
    expect(plan).toMatchObject({ kind: 'bootstrap', findings: [] })
    expect(everything(plan)).toContain('etcd.service differs')
    expect(everything(plan)).not.toContain(SECRET)
  })

  it('is in no plan of a change', () => {
    const plan = planOf(changed({ 1: withUnit(text) }))
    expect(plan.kind).toBe('roll')
    expect(plan.files).toHaveLength(1)
    expect(everything(plan)).not.toContain(SECRET)
  })

  it('is in no plan that is blocked, where a process runs with it', () => {
    const argv = ['/usr/bin/etcd', `--discovery-password=${SECRET}`, SECRET]
    const running = w.runningHost(w.members[1]!)
    const host = { ...running, ...withUnit(text)(running), process: { ...running.process!, argv } }
    const hosts = w.hostsOf(w.waitingHost, () => ({ ...host, bootstrapMarker: w.marker }), w.waitingHost)
    expect(everything(makePlan(w.desired, w.world(hosts), { now: w.now }))).not.toContain(SECRET)
  })
})
