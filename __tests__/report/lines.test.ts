import { describe, expect, it } from 'vitest'
import { finalSentence, planLines, verdictLines } from '../../src/report/lines.js'
import { renderReportJson } from '../../src/report/report-json.js'
import { blockedPlan, bootstrapPlan, endpoint, outcome, sick, verdict } from './samples.js'

describe('verdictLines', () => {
  it("speaks the document's words, in order", () => {
    const endpoints = [endpoint(1, { took: '2.210885ms' }), sick(2, 'context deadline exceeded')]
    expect(
      verdictLines(verdict({ healthy: false, endpoints, problems: ['no leader is agreed on'] })),
    ).toEqual([
      'https://192.168.1.1:2379 is healthy: successfully committed proposal: took = 2.210885ms',
      'https://192.168.1.2:2379 is unhealthy: failed to commit proposal: context deadline exceeded',
      'problem: no leader is agreed on',
    ])
  })
})

describe('planLines', () => {
  it('numbers the steps', () => {
    expect(planLines(bootstrapPlan)).toEqual([
      'bootstrap 1 member with etcd 3.6.14',
      '  1. write unit on etcd-192.168.1.1: there is none',
      '  2. start members etcd-192.168.1.1: all at once',
    ])
  })

  it('names all that blocks', () => {
    expect(planLines(blockedPlan)).toEqual([
      'existing cluster differs from what is asked',
      '  - etcd-192.168.1.1: version: runs 3.5.16, asked for 3.6.14',
      '  - etcd-192.168.1.2: no systemd; choose another host',
    ])
  })
})

describe('finalSentence', () => {
  const cases: readonly [name: string, of: Parameters<typeof outcome>[0], expected: string][] = [
    ['nothing to change', {}, '3 of 3 endpoints healthy, nothing was changed (2.0 s).'],
    ['changes made', { changed: true }, '3 of 3 endpoints healthy, hosts were changed (2.0 s).'],
    ['health', { operation: 'health' }, '3 of 3 endpoints healthy (2.0 s).'],
    ['a failure', { failure: 'etcd-1: cannot connect.' }, 'etcd-1: cannot connect.'],
    [
      'endpoints well, cluster not',
      { operation: 'health', healthy: false },
      '3 of 3 endpoints healthy, but the cluster is not healthy (2.0 s).',
    ],
    [
      'no verdict',
      { healthy: false, verdict: undefined },
      'health of the cluster is not known, nothing was changed (2.0 s).',
    ],
  ]
  it.each(cases)('%s', (_, of, expected) => {
    expect(finalSentence(outcome(of))).toBe(expected)
  })
})

describe('renderReportJson', () => {
  it('holds the whole outcome, unknown values as null', () => {
    const report = JSON.parse(renderReportJson(outcome({ plan: bootstrapPlan })))
    expect(report).toMatchObject({
      schema: 1,
      operation: 'deploy',
      healthy: true,
      failure: null,
      certificateDaysLeft: null,
      plan: { kind: 'bootstrap' },
      verdict: { clusterId: 'cdf818194e3a8c32' },
    })
    expect(report.timings).toHaveLength(2)
  })
})
