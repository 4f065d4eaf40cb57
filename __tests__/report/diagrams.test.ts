import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainName } from '../../src/report/mermaid.js'
import { renderSummary } from '../../src/report/summary.js'
import { diagramsIn, parseDiagram } from './mermaid-parser.js'
import { OUTCOMES, putBack, rolled } from './outcomes.js'

describe('diagrams of the summary, read by mermaid', () => {
  it.each(Object.keys(OUTCOMES))('are good for %s', async (name) => {
    for (const text of diagramsIn(renderSummary(OUTCOMES[name]!))) {
      expect(['gantt', 'xychart']).toContain((await parseDiagram(text)).kind)
      // mermaid refuses longer texts.
      expect(text.length).toBeLessThan(50_000)
    }
  })

  it('show a section for each member with a row for each phase, as long as it was', async () => {
    const [gantt = ''] = diagramsIn(renderSummary(rolled(3)))
    const { tasks } = await parseDiagram(gantt)
    expect([...new Set(tasks.map(({ section }) => section))]).toEqual([
      'the run',
      ...['192.168.1.1', '192.168.1.2', '192.168.1.3'].map((address) => `etcd-${address}`),
      'the cluster',
    ])
    const second = tasks.filter(({ section }) => section === 'etcd-192.168.1.2')
    expect(second.map(({ name, ms }) => [name, ms])).toEqual([
      ['gate before 120 ms', 120],
      ['arm timer 60 ms', 60],
      ['swap files 180 ms', 180],
      ['restart 700 ms', 700],
      ['become healthy 1.9 s', 1900],
      ['soak 5.1 s', 5100],
      ['confirm 40 ms', 40],
      ['gate after 130 ms', 130],
    ])
  })

  it('show a failure in red and the way back', async () => {
    const [gantt = ''] = diagramsIn(renderSummary(putBack()))
    expect(gantt).toMatch(/become healthy 3\.0 s :crit, /)
    expect(gantt).toMatch(/PUT BACK 2\.5 s :active, /)
    expect((await parseDiagram(gantt)).tasks.at(-1)?.name).toBe('PUT BACK 2.5 s')
  })

  it('keep failures among the rows where there are more than a person reads', () => {
    const spans = Array.from({ length: 300 }, (_, at) => ({
      ...{ member: `m${at}`, phase: 'soak' as const, from: at, to: at + 6, ok: at !== 250 },
    }))
    const [gantt = ''] = diagramsIn(renderSummary({ ...rolled(1), phases: spans }))
    expect(gantt.split('\n').length).toBeLessThan(350)
    expect(gantt).toContain('section m250\n')
  })

  it('show what reads took, and the write gap in the turn of each member with its limit', async () => {
    const [, reads = '', gaps = ''] = diagramsIn(renderSummary(rolled(3)))
    expect(reads).toContain('x-axis ["etcd-192.168.1.1 1.5", ')
    expect(gaps).toContain('bar [40.0, 90.0, 140]')
    // 1000 ms is so far away that the bars could not be told apart.
    expect(gaps).not.toContain('line [')
    const near = rolled(3)
    const limited = { ...near, writeGap: { ...near.writeGap!, limitMs: 200 } }
    expect(diagramsIn(renderSummary(limited))[2]).toContain('line [200, 200, 200]')
  })

  it('are good whatever names and parts are called', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      fc.constantFrom(
        'end',
        'section x',
        '%%{init: {}}%%',
        '--- ',
        '"]',
        'click a',
        'a:b;c#d',
        'title',
        '\n```\n',
        '`',
      ),
    )
    await fc.assert(
      fc.asyncProperty(name, name, async (member, label) => {
        const base = rolled(3)
        const page = renderSummary({
          ...base,
          phases: base.phases!.map((span) => ({ ...span, member: span.member && member })),
          timings: base.timings.map((timing) => ({ ...timing, label })),
          writeGap: { ...base.writeGap!, turns: [1, 2].map((ms) => ({ name: member, ms })) },
          verdict: {
            ...base.verdict!,
            endpoints: base.verdict!.endpoints.map((of) => ({ ...of, name: member })),
          },
        })
        const diagrams = diagramsIn(page)
        expect(diagrams).toHaveLength(3)
        const kinds = await Promise.all(diagrams.map(parseDiagram))
        expect(kinds.map(({ kind }) => kind)).toEqual(['gantt', 'xychart', 'xychart'])
        expect(kinds[0]!.tasks).toHaveLength(2 + 3 * 8 + 1)
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

describe('plainName', () => {
  const cases: readonly [text: string, plain: string][] = [
    ['etcd-10.0.0.1', 'etcd-10.0.0.1'],
    ['a:b;c#d"e`f', 'a b c d e f'],
    ['--> x', '- x'],
    ['', '?'],
    ['<b>', 'b'],
    ['x'.repeat(50), `${'x'.repeat(39)}…`],
  ]
  it.each(cases)('of %j is %j', (text, plain) => expect(plainName(text)).toBe(plain))
})
