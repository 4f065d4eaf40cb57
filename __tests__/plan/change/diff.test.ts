import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines } from '../../../src/plan/change/diff.js'

describe('diffLines', () => {
  it.each<[string, string, string[]]>([
    ['', '', []],
    ['a\n', 'a\n', []],
    ['', 'a\nb\n', ['+a', '+b']],
    ['a\nb\n', '', ['-a', '-b']],
    ['a\nb\nc\n', 'a\nx\nc\n', [' a', '-b', '+x', ' c']],
    ['1\n2\n3\n4\n5\n6\n7\n8\n', '1\n2\n3\n4\n5\n6\n7\nX\n', ['...', ' 6', ' 7', '-8', '+X']],
    [
      '0\n1\n2\n3\n4\n5\n6\n7\n8\n',
      'x\n1\n2\n3\n4\n5\n6\n7\ny\n',
      ['-0', '+x', ' 1', ' 2', '...', ' 6', ' 7', '-8', '+y'],
    ],
    ['Environment=A=1\nx\n', 'x\n', ['-Environment=(not shown)', ' x']],
  ])('%j to %j', (before, after, lines) => {
    expect(diffLines(before, after)).toEqual(lines)
  })

  it('has every line of both sides, each as often as it is there', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after)
        const count = (all: string, line: string) => all.split('\n').filter((one) => one === line).length
        for (const line of ['a', 'b', 'c']) {
          const gone = lines.filter((one) => one === `-${line}`).length
          const come = lines.filter((one) => one === `+${line}`).length
          expect(count(after, line) - count(before, line)).toBe(come - gone)
        }
        expect(lines.length === 0).toBe(before === after)
      }),
    )
  })

  it('does not take for ever over a text that is no unit', () => {
    const lines = diffLines('x\n'.repeat(5000), 'y\n'.repeat(5000))
    expect(lines).toHaveLength(201)
    expect(lines.at(-1)).toBe('... 9800 more lines')
  })
})
