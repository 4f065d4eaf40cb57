import { describe, expect, it } from 'vitest'
import { finalSentence, planLines } from '../../src/report/lines.js'
import { renderSummary } from '../../src/report/summary.js'
import { outcome, rollPlan } from './samples.js'

const planned = outcome({
  operation: 'plan',
  healthy: false,
  verdict: undefined,
  plan: rollPlan,
  planDigest: 'ab12',
})

describe('a plan of a change', () => {
  it('is shown in the log with its quorum, steps, notes and file differences', () => {
    expect(planLines(rollPlan)).toEqual([
      'change cluster abc: restart 1 of 3 members',
      '  3 voters, 1 down at a time, quorum 2 held',
      '  1. renew certificate on m2: ends in 3 days',
      '  2. stage on m1: unit',
      '  3. roll member m1 (unit): its unit differs: Restart: no -> always',
      '  note: clients with a certificate from CN=old are refused',
      '  m1: /etc/systemd/system/etcd.service',
      '     [Service]',
      '    -Restart=no',
      '    +Restart=always',
      '     ```',
    ])
  })

  it('is a page that passed, though nobody asked how the cluster is', () => {
    const page = renderSummary(planned)
    expect(page).toContain('## ✅ etcd plan: change cluster abc: restart 1 of 3 members')
    expect(page).toContain('3 voters, 1 down at a time, quorum 2 held')
    expect(page).toContain('| 3 | roll member m1 (unit) |')
    expect(page).toContain('Plan digest: ab12')
    // The fence is longer than what the file holds.
    expect(page).toContain('````diff\n [Service]\n-Restart=no\n+Restart=always\n ```\n````')
  })

  it('ends with what is to be done', () => {
    expect(finalSentence(planned)).toMatch(/^change cluster abc: restart 1 of 3 members \(.*\)\.$/)
  })
})
