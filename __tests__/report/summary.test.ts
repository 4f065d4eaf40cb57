import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escaped, table } from '../../src/report/markdown.js'
import { renderSummary } from '../../src/report/summary.js'
import { blockedPlan, bootstrapPlan, endpoint, outcome, sick, verdict } from './samples.js'

describe('renderSummary', () => {
  it('puts the verdict in the first line', () => {
    expect(renderSummary(outcome()).split('\n')[0]).toBe(
      '## ✅ etcd deploy: 3 of 3 endpoints healthy, nothing was changed',
    )
  })

  it('shows each member with its health, latency, leader, version and size', () => {
    expect(renderSummary(outcome())).toContain(
      '| https://192.168.1.1:2379 | etcd-192.168.1.1 8e9e05c521646941 | healthy | 1.5 ms | leader | 3.6.14 | 0.0 MiB |',
    )
  })

  it('says what failed, and every problem', () => {
    const text = renderSummary(
      outcome({
        healthy: false,
        failure: 'health check failed: 1 of 2 endpoints is unhealthy.',
        verdict: verdict({
          healthy: false,
          endpoints: [endpoint(1), sick(2, 'context deadline exceeded')],
          problems: ['etcd-192.168.1.2 does not answer'],
        }),
      }),
    )
    expect(text.split('\n')[0]).toBe('## ❌ etcd deploy: 1 of 2 endpoints healthy, nothing was changed')
    expect(text).toContain('**Failed:** health check failed: 1 of 2 endpoints is unhealthy.')
    expect(text).toContain('| unhealthy: context deadline exceeded |')
    expect(text).toContain('- etcd-192.168.1.2 does not answer')
  })

  it('keeps a list in the failure sentence a list', () => {
    const text = renderSummary(outcome({ failure: 'two things failed; run again:\n- one *x*\n- two' }))
    expect(text).toContain('**Failed:** two things failed; run again:\n\n- one &#42;x&#42;\n- two\n')
  })

  it('lists the steps as changes after success and as a plan after a failure', () => {
    const done = outcome({ plan: bootstrapPlan, changed: true })
    expect(renderSummary(done)).toContain('### What changed')
    expect(renderSummary(done)).toContain('| start members etcd-192.168.1.1 | all at once |')
    expect(renderSummary({ ...done, failure: 'x.' })).toContain('### Plan')
    expect(renderSummary({ ...done, failure: 'x.' })).not.toContain('### What changed')
  })

  it('lists differences and findings of a blocked plan', () => {
    const text = renderSummary(outcome({ plan: blockedPlan, failure: 'blocked.' }))
    expect(text).toContain('| etcd-192.168.1.1 | version | runs 3.5.16, asked for 3.6.14 |')
    expect(text).toContain('| etcd-192.168.1.2 | no systemd | choose another host |')
  })

  it('tells how long writes stopped in a roll, and where its snapshot is', () => {
    const text = renderSummary(
      outcome({
        writeGap: { longestMs: 343.2, failed: 2 },
        snapshot: { path: '/var/backups/etcd/a.db', member: 'etcd-2', sha256: 'ab12', revision: '812' },
      }),
    )
    expect(text).toContain('- Longest time without a write: 343 ms; failed writes: 2\n')
    expect(text).toContain('- Snapshot on etcd-2: /var/backups/etcd/a.db, revision 812, SHA-256 ab12\n')
    expect(renderSummary(outcome())).not.toContain('### Roll')
  })

  it('shows timings, commit latencies, warnings, certificates and the run', () => {
    const text = renderSummary(
      outcome({
        warnings: ['old release'],
        commitLatencies: [{ endpoint: 'https://192.168.1.1:2379', p50: 3, p99: 9, max: 12.54 }],
        certificateDaysLeft: 42,
        runUrl: 'https://ci.example/run/1',
      }),
    )
    expect(text).toContain('| health | 1.9 s |')
    expect(text).toContain('| https://192.168.1.1:2379 | 3.0 | 9.0 | 12.5 |')
    expect(text).toContain('- old release')
    expect(text).toContain('certificates last 42 more days')
    expect(text).toContain('https://ci.example/run/1')
  })

  it('stays below 1 MiB with its failure sentence still in it', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `problem ${index} ${'ü'.repeat(60)}`)
    const text = renderSummary(
      outcome({ healthy: false, failure: 'too many problems.', verdict: verdict({ problems: many }) }),
    )
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
    expect(text).toContain('too many problems.')
    expect(text).toContain('The rest was cut')
  })

  it('does not let text from hosts become markup', () => {
    const error = '<script>alert(1)</script> | `rm` \n\n# head [a](javascript:x)'
    const text = renderSummary(outcome({ verdict: verdict({ healthy: false, endpoints: [sick(1, error)] }) }))
    expect(text).not.toContain('<script>')
    expect(text).not.toMatch(/^# head/m)
    expect(text).not.toContain('](javascript')
  })
})

describe('table', () => {
  it('keeps its columns and rows whatever is in the cells', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1 }),
        (body) => {
          const lines = table(['a', 'b'], body)
          expect(lines.length).toBe(body.length + 2)
          for (const line of lines) {
            expect(line).not.toMatch(/[\n\r]/)
            expect(line.split('|').length).toBe(4)
          }
        },
      ),
    )
  })
})

describe('escaped', () => {
  it('gives back the same text once references are read', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = escaped(text).replace(/&#(\d+);/g, (_, code: string) =>
          String.fromCharCode(Number(code)),
        )
        expect(read).toBe(text.replace(/\s+/gu, ' ').trim())
      }),
    )
  })
})
