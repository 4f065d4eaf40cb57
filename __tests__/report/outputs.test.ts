import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { OUTPUT_NAMES, renderOutputs } from '../../src/report/outputs.js'
import { blockedPlan, bootstrapPlan, endpoint, outcome, sick, verdict } from './samples.js'

const JSON_OUTPUTS = ['latencies', 'commit-latencies', 'endpoints', 'members', 'plan'] as const

describe('renderOutputs', () => {
  it('says what a healthy run found', () => {
    const outputs = renderOutputs(
      outcome({
        plan: bootstrapPlan,
        changed: true,
        certificateDaysLeft: 3649,
        reportPath: '/tmp/report.json',
      }),
    )
    expect(outputs).toMatchObject({
      healthy: 'true',
      changed: 'true',
      'max-latency-ms': '3.5',
      'cluster-id': 'cdf818194e3a8c32',
      leader: '8e9e05c521646941',
      version: '3.6.14',
      'plan-summary': 'bootstrap 1 member with etcd 3.6.14',
      'certificate-days-left': '3649',
      report: '/tmp/report.json',
      failure: '',
    })
    expect(JSON.parse(outputs.latencies)).toEqual({
      'https://192.168.1.1:2379': 1.5,
      'https://192.168.1.2:2379': 2.5,
      'https://192.168.1.3:2379': 3.5,
    })
    expect(JSON.parse(outputs.plan)).toEqual(bootstrapPlan)
  })

  it('leaves an endpoint without an answer out of the latencies and says why it is unhealthy', () => {
    const outputs = renderOutputs(
      outcome({
        healthy: false,
        failure: 'it failed.',
        verdict: verdict({ healthy: false, endpoints: [endpoint(1), sick(2, 'context deadline exceeded')] }),
      }),
    )
    expect(outputs.healthy).toBe('false')
    expect(outputs.failure).toBe('it failed.')
    expect(JSON.parse(outputs.latencies)).toEqual({ 'https://192.168.1.1:2379': 1.5 })
    expect(JSON.parse(outputs.endpoints)[1]).toMatchObject({
      healthy: false,
      tookMs: null,
      error: 'context deadline exceeded',
    })
  })

  it('says what a roll measured and where its snapshot is, and nothing where there was none', () => {
    const outputs = renderOutputs(
      outcome({
        planDigest: 'ab12',
        writeGap: { longestMs: 812, failed: 0 },
        snapshot: { path: '/b/s.db', member: 'm1', sha256: 'cd', revision: '9007199254740993' },
      }),
    )
    expect(outputs).toMatchObject({
      'plan-digest': 'ab12',
      'max-write-gap-ms': '812',
      'failed-writes': '0',
      snapshot: '/b/s.db',
      'snapshot-sha256': 'cd',
      'snapshot-revision': '9007199254740993',
    })
    const none = renderOutputs(outcome())
    for (const name of [
      'plan-digest',
      'max-write-gap-ms',
      'failed-writes',
      'snapshot',
      'snapshot-sha256',
      'snapshot-revision',
    ] as const)
      expect(none[name]).toBe('')
    expect(renderOutputs(outcome({ operation: 'plan', verdict: undefined, healthy: false })).healthy).toBe('')
  })

  it('says which cluster a plan is for, as nobody has judged its health', () => {
    const plan = { ...bootstrapPlan, clusterId: 'cdf818194e3a8c32' }
    const outputs = renderOutputs(outcome({ operation: 'plan', verdict: undefined, plan }))
    expect(outputs['cluster-id']).toBe('cdf818194e3a8c32')
  })

  it('keeps 64-bit numbers exact', () => {
    expect(JSON.parse(renderOutputs(outcome()).endpoints)[0].raftIndex).toBe('18446744073709551615')
  })

  it('gives commit latencies by endpoint', () => {
    const commitLatencies = [{ endpoint: 'https://192.168.1.1:2379', p50: 3, p99: 9, max: 12.5 }]
    expect(JSON.parse(renderOutputs(outcome({ commitLatencies }))['commit-latencies'])).toEqual({
      'https://192.168.1.1:2379': { p50: 3, p99: 9, max: 12.5 },
    })
  })

  it('has the same names whatever the run came to, and JSON that parses', () => {
    fc.assert(
      fc.property(
        fc.record({
          healthy: fc.boolean(),
          changed: fc.boolean(),
          verdict: fc.option(
            fc
              .record({ endpoints: fc.subarray([endpoint(1), sick(2, 'no route'), endpoint(3)]) })
              .map(verdict),
            { nil: undefined },
          ),
          plan: fc.constantFrom(undefined, bootstrapPlan, blockedPlan),
          failure: fc.option(fc.string(), { nil: undefined }),
          certificateDaysLeft: fc.option(fc.integer(), { nil: undefined }),
        }),
        (facts) => {
          const outputs = renderOutputs(outcome(facts))
          expect(Object.keys(outputs)).toEqual([...OUTPUT_NAMES])
          for (const value of Object.values(outputs)) expect(value).toBeTypeOf('string')
          for (const name of JSON_OUTPUTS) JSON.parse(outputs[name])
        },
      ),
    )
  })

  it('has exactly the outputs that action.yml declares', () => {
    const declared = Object.keys(parse(readFileSync('action.yml', 'utf8')).outputs)
    expect([...OUTPUT_NAMES].sort()).toEqual(declared.sort())
  })
})
