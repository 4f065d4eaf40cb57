import fc from 'fast-check'
import { marked, type Token, type Tokens } from 'marked'
import { describe, expect, it } from 'vitest'
import { escaped, list, table } from '../../src/report/markdown.js'
import { block, layOut, type Piece } from '../../src/report/page.js'
import type { Outcome } from '../../src/report/outcome.js'
import { renderSummary } from '../../src/report/summary.js'
import { diagramsIn } from './mermaid-parser.js'
import { OUTCOMES, putBack, rolled } from './outcomes.js'

/** Every text that may come from hosts or inputs is replaced; what are words of ours, and numbers, stay. */
const tainted = (value: unknown, taint: () => string, key = ''): unknown => {
  if (typeof value === 'string') return OURS.has(key) ? value : taint()
  if (Array.isArray(value)) return value.map((item) => tainted(item, taint, key))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, tainted(of, taint, name)]))
}
const OURS = new Set(['operation', 'kind', 'phase', 'parts', 'startedAt'])

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '</details><img src=x onerror=y>',
    '[a](javascript:x)',
    '![a](http://evil.example/x.png)',
    'see https://evil.example or www.evil.example, a@evil.example',
    '\n\n# head\n',
    '| a | b |\n|---|---|',
    '\n```\n\n# out of the block\n```mermaid\ngraph',
    '<!-- ',
    '```',
    '`````',
    '<a href="x">',
    '&lt;b&gt; &#60;b&#62;',
    '    indented',
    '- item\n1. one',
    '***',
    '[x]: http://evil.example',
    '$$\\href{x}{y}$$',
    '@octocat #1 :tada:',
    '~~~\n',
    '<https://evil.example>',
    '\\',
  ),
)

const walk = (tokens: readonly Token[]): readonly Token[] =>
  tokens.flatMap((token): readonly Token[] => {
    const cells =
      token.type === 'table'
        ? [...(token as Tokens.Table).header, ...(token as Tokens.Table).rows.flat()]
        : []
    const inside = [
      ...('tokens' in token ? (token.tokens ?? []) : []),
      ...(token.type === 'list' ? (token as Tokens.List).items : []),
      ...cells.flatMap((cell) => cell.tokens),
    ]
    return [token, ...walk(inside)]
  })

const HEADINGS = /^(?:Members|Problems|Warnings|Notes|Gates|Timeline|Latencies|Snapshot|Plan)$/

/** What a page may hold, whatever is in its texts. */
const expectHarmless = (page: string): void => {
  const tokens = walk(marked.lexer(page))
  const html = tokens.filter(({ type }) => type === 'html').map(({ raw }) => raw.trim())
  for (const raw of html) {
    const tags = raw.match(/<[^>]*>/g) ?? []
    expect(tags.filter((tag) => !/^<\/?(?:details|summary|b)>$/.test(tag))).toEqual([])
  }
  const opened = html.join('\n').match(/<details>/g)?.length ?? 0
  expect(html.join('\n').match(/<\/details>/g)?.length ?? 0).toBe(opened)
  expect(tokens.filter(({ type }) => type === 'link' || type === 'image')).toEqual([])
  const headings = tokens.filter(({ type }) => type === 'heading') as Tokens.Heading[]
  expect(headings[0]?.depth).toBe(2)
  for (const { text } of headings.slice(1)) expect(text).toMatch(HEADINGS)
  // Every table is read as one.
  const tables = tokens.filter(({ type }) => type === 'table')
  expect(tables.length).toBe(page.match(/^\| (?:--- \| ?)+$/gm)?.length ?? 0)
  expect(tokens.filter(({ type, raw }) => type === 'paragraph' && raw.startsWith('|'))).toEqual([])
  // Every mermaid block is one of ours.
  const code = tokens.filter(({ type }) => type === 'code') as Tokens.Code[]
  const drawn = code.filter(({ lang }) => lang === 'mermaid')
  expect(drawn.every(({ text }) => /^(?:gantt|xychart-beta horizontal)$/m.test(text))).toBe(true)
  expect(code.every(({ lang }) => lang === 'mermaid' || lang === 'diff')).toBe(true)
  expect(tokens.filter(({ type }) => type === 'hr' || type === 'blockquote' || type === 'del')).toEqual([])
}

describe('the page', () => {
  it('lets no text of hosts or inputs become markup', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(OUTCOMES)),
        fc.array(hostile, { minLength: 1 }),
        (of, texts) => {
          let at = 0
          const taint = () => texts[at++ % texts.length]!
          expectHarmless(renderSummary(tainted(of, taint) as Outcome))
        },
      ),
      { numRuns: 200 },
    )
  }, 60_000)

  it('stays below 1 MiB and whole in its form, however much there is to say', () => {
    const huge = fc.record({
      text: fc.constantFrom('x', 'ü'.repeat(60), '<'.repeat(3000), '```\n', '| |'),
      many: fc.constantFrom(1, 30, 3000),
    })
    fc.assert(
      fc.property(huge, huge, huge, (a, b, c) => {
        const lines = ({ text, many }: typeof a) => Array<string>(many).fill(text)
        const base = putBack()
        const steps = lines(a).map((reason) => ({ kind: 'stage' as const, member: 'm', reason }))
        const files = lines(b).map((path) => ({ member: 'm', path, before: '', after: '', diff: lines(c) }))
        const page = renderSummary({
          ...base,
          failure: `it failed:\n- ${lines(c).join('\n- ')}`,
          warnings: lines(a),
          plan: { ...base.plan!, steps, files: files.slice(0, 200), notes: lines(b) },
          phases: [
            ...base.phases!,
            ...rolled(7).phases!,
            ...lines(b).map((member) => ({ ...base.phases![3]!, member })),
          ],
          verdict: { ...rolled(3).verdict!, problems: lines(b), notes: lines(c) },
        })
        expect(Buffer.byteLength(page)).toBeLessThan(1024 * 1024)
        expect(page.split('\n')[0]).toMatch(/^## ❌/)
        expect(page).toContain('**Failed:** it failed')
        expectHarmless(page)
        expect(diagramsIn(page).every((text) => text.length < 50_000)).toBe(true)
      }),
      { numRuns: 10 },
    )
  }, 120_000)
})

describe('layOut', () => {
  const ten = table(
    ['a'],
    Array.from({ length: 10 }, (_, at) => [`row ${at}`]),
  )

  it('leaves a blank line between pieces, and nothing out where there is room', () => {
    expect(layOut([block('one'), list(['two']), { title: 'more', pieces: [block('three')] }], 10_000)).toBe(
      'one\n\n- two\n\n<details>\n<summary>more</summary>\n\nthree\n\n</details>\n',
    )
  })

  it('cuts between rows, says how many are left out, and closes what is open', () => {
    const page = layOut([{ title: 'fold', pieces: [ten] }, block('end')], 460)
    expect(page).toMatch(
      /\| row \d \|\n\n… and \d more\.\n\n<\/details>\n\nend\n\n\*Some of this was left out/,
    )
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(460)
  })

  it('leaves a piece out as a whole that has no room, and goes on with smaller ones', () => {
    expect(layOut([block('x'.repeat(500)), block('small')], 400)).toMatch(/^small\n\n\*Some/)
  })

  it('never takes more than there is', () => {
    const piece = fc.constantFrom<Piece>(ten, block('ü'.repeat(30)), {
      title: 't',
      pieces: [ten, block('y')],
    })
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 200, max: 2000 }), (pieces, most) => {
        expect(Buffer.byteLength(layOut(pieces, most))).toBeLessThanOrEqual(most + 1)
      }),
    )
  })
})

describe('table', () => {
  it('keeps its columns and rows whatever is in the cells', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1 }),
        (body) => {
          const { before, rows, after } = table(['a', 'b'], body)
          expect(rows.length).toBe(body.length)
          for (const line of [...before, ...rows, ...after]) {
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
      fc.property(fc.oneof(fc.string(), hostile), (text) => {
        const read = escaped(text).replace(/&#(\d+);/g, (_, code: string) =>
          String.fromCodePoint(Number(code)),
        )
        expect(read).toBe(text.replace(/\s+/gu, ' ').trim())
      }),
    )
  })
})
