import { describe, expect, it } from 'vitest'
import { renderSummary } from '../../src/report/summary.js'
import { OUTCOMES, putBack, rolled } from './outcomes.js'
import { blockedPlan, bootstrapPlan, endpoint, outcome, sick, verdict } from './samples.js'

/** The page as a person reads it: references are letters again. */
const read = (page: string): string =>
  page.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))

const pageOf = (of: Parameters<typeof renderSummary>[0]): string => read(renderSummary(of))

describe('the first line', () => {
  const first = (page: string): string => page.split('\n')[0] ?? ''
  const cases: readonly [name: string, line: string][] = [
    ['nothing to do', '✅ etcd deploy: 3 of 3 endpoints healthy, nothing was changed'],
    ['health that passed', '✅ etcd health: 3 of 3 endpoints healthy'],
    ['health that failed', '❌ etcd health: 2 of 3 endpoints healthy'],
    ['a bootstrap', '✅ etcd deploy: 3 of 3 endpoints healthy, bootstrap 1 member with etcd 3.6.14'],
    ['a plan', '✅ etcd plan: change cluster abc: restart 1 of 3 members'],
    ['a refusal', '❌ etcd deploy refused: existing cluster differs from what is asked'],
    ['wrong inputs', '❌ etcd deploy failed: nothing was changed'],
    [
      'a roll of 3',
      '✅ etcd deploy: 3 of 3 endpoints healthy, 3 members brought from 3.5.16 to 3.6.14, one at a time',
    ],
    [
      'a member put back',
      '❌ etcd deploy failed: etcd-192.168.1.2 was put back, 1 member rolled, 1 not touched',
    ],
    [
      'a cancelled roll',
      '🛑 etcd deploy was cancelled: etcd-192.168.1.2 was put back, 1 member rolled, 1 not touched',
    ],
  ]
  it.each(cases)('of %s', (name, line) => expect(first(pageOf(OUTCOMES[name]!))).toBe(`## ${line}`))
})

describe('a failure', () => {
  it('is told without what to do, which follows by itself', () => {
    const page = pageOf(putBack())
    expect(page).toContain(
      '**Failed:** etcd-192.168.1.2: it did not become healthy after its restart: etcd exited; it was put back.\n\n' +
        '**How to go on:** put right what is named here and run again: the next run goes on from here.\n',
    )
  })

  it('is followed by what the service of its member says, folded, whatever is in it', () => {
    const lines = ['systemctl status etcd on etcd-1:', '  | Active: failed', '  | ```</details>']
    const page = renderSummary(outcome({ failure: 'it failed', service: { member: 'etcd-1', lines } }))
    expect(page).toContain(
      '<summary>What etcd-1 says</summary>\n\n````text\n' + lines.join('\n') + '\n````\n',
    )
    expect(pageOf(outcome({ failure: 'it failed' }))).not.toContain('<summary>What')
  })

  it('keeps its list a list, after what to do', () => {
    const page = renderSummary(
      outcome({ failure: 'two things failed; run again:\n- one *x*\n- two', next: 'run again' }),
    )
    expect(page).toContain(
      '**Failed:** two things failed:\n\n- one &#42;x&#42;\n- two\n\n**How to go on:** run again.\n',
    )
  })

  it('names every problem of a verdict, and which conditions did not hold', () => {
    const page = pageOf(OUTCOMES['health that failed']!)
    expect(page).toContain(
      '| etcd-192.168.1.2 | https://192.168.1.2:2379 | ❌ unhealthy: context deadline exceeded |',
    )
    expect(page).toContain('### Problems\n\n- etcd-192.168.1.2 is unhealthy: context deadline exceeded\n')
    expect(page).toContain('| Every endpoint is healthy | ❌ | 2 of 3 |')
    expect(page).toContain('| All agree on one leader | ❌ | no |')
    expect(page).toContain('| No alarm is raised | ❌ | NOSPACE of etcd-192.168.1.3 |')
  })
})

describe('members', () => {
  it('are shown with health, version, role, latency and size', () => {
    expect(pageOf(outcome())).toContain(
      '| etcd-192.168.1.1 8e9e05c521646941 | https://192.168.1.1:2379 | ✅ healthy | 3.6.14 | leader | 1.5 ms | 0.0 MiB |',
    )
  })

  it('are shown as they were before, and with what the run did to them', () => {
    const page = pageOf(rolled(3))
    expect(page).toContain('| Member | Endpoint | Health | This run | Version | Role | Read | DB size |')
    expect(page).toContain('| ✅ healthy | rolled: release, unit | 3.5.16 → 3.6.14 | follower → leader |')
    expect(page).toContain('| ✅ healthy | rolled: release, unit | 3.5.16 → 3.6.14 | leader → follower |')
  })

  it('are shown as the last look of a roll saw them where there is no verdict', () => {
    const page = pageOf(putBack())
    expect(page).toContain(
      '| etcd-192.168.1.1 | ✅ serves | rolled: release, unit | 3.5.16 → 3.6.14 | follower |',
    )
    expect(page).toContain('| etcd-192.168.1.2 | ✅ serves | ⏪ put back: release, unit | 3.5.16 |')
    expect(page).toContain('| etcd-192.168.1.3 | ✅ serves | not touched (planned: release, unit) | 3.5.16 |')
  })
})

describe('gates', () => {
  it('are a row for each member', () => {
    expect(pageOf(rolled(3))).toContain('| etcd-192.168.1.1 | ✅ 120 ms | ✅ 1.9 s | ✅ 5.1 s | ✅ 130 ms |')
  })

  it('name the condition that did not hold, and those before and after it', () => {
    const page = pageOf(putBack())
    expect(page).toContain('| etcd-192.168.1.2 | ✅ 120 ms | ❌ 3.0 s: "service runs" did not hold | – | – |')
    expect(page).toContain(
      '- etcd-192.168.1.2, healthy after its restart: condition "service runs" did not hold: etcd exited\n' +
        '- Held before that: host answers, restarted\n- Not looked at any more: same process, answers,',
    )
  })
})

describe('the plan', () => {
  it('is folded away, as what changed after success and as a plan after a failure', () => {
    const done = outcome({ plan: bootstrapPlan, changed: true })
    expect(pageOf(done)).toContain(
      '<details>\n<summary><b>What changed</b>: bootstrap 1 member with etcd 3.6.14 (2 steps)</summary>\n\n' +
        '| # | Step | Reason |\n',
    )
    expect(pageOf(done)).toContain('| 2 | start members etcd-192.168.1.1 | all at once |')
    expect(pageOf({ ...done, failure: 'x.' })).toContain('<summary><b>Plan</b>: ')
  })

  it('lists differences and findings in the open where it is blocked', () => {
    const page = pageOf(outcome({ plan: blockedPlan, failure: 'blocked.' }))
    expect(page).toContain('| etcd-192.168.1.1 | version | runs 3.5.16, asked for 3.6.14 |')
    expect(page).toContain('| etcd-192.168.1.2 | no systemd | choose another host |')
    expect(page).not.toContain('<summary><b>Plan')
  })
})

it('tells how long writes stopped, and where the snapshot is', () => {
  const page = pageOf(rolled(3))
  expect(page).toContain(
    '- Longest time without a write: 343 ms (max-write-gap allows 1.0 s); failed writes: 0\n',
  )
  expect(page).toContain('- On etcd-2: /var/backups/etcd/a.db, revision 812, SHA-256 ab12\n')
  expect(pageOf(outcome())).not.toContain('without a write')
})

it('shows commit latencies, warnings, notes, certificates and the run', () => {
  const page = pageOf({
    ...outcome({
      warnings: ['old release'],
      commitLatencies: [{ endpoint: 'https://192.168.1.1:2379', p50: 3, p99: 9, max: 12.54 }],
      certificateDaysLeft: 42,
      runUrl: 'https://ci.example/run/1',
    }),
    verdict: verdict({ notes: ['one more member'], endpoints: [endpoint(1), sick(2, 'x')] }),
  })
  expect(page).toContain('| https://192.168.1.1:2379 | 3.0 | 9.0 | 12.5 |')
  expect(page).toContain('- old release')
  expect(page).toContain('- one more member')
  expect(page).toContain('certificates last 42 more days · [run](https://ci.example/run/1)')
  expect(page).toContain('took 2.0 s')
})
