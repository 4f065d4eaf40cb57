import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotations } from '../../src/report/annotations.js'

const shownOf = (messages: readonly string[]): readonly string[] => {
  const shown: string[] = []
  const { add, end } = annotations((message) => void shown.push(message))
  messages.forEach(add)
  end()
  return shown
}
const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `warning ${index + 1}`)

describe('annotations', () => {
  it.each([0, 1, 9, 10])('shows each of %d', (count) => {
    expect(shownOf(numbered(count))).toEqual(numbered(count))
  })

  it('folds what there is no room for into the last one', () => {
    const shown = shownOf(numbered(12))
    expect(shown).toHaveLength(10)
    expect(shown.at(-1)).toBe('3 more:\n- warning 10\n- warning 11\n- warning 12')
  })

  it('shows the same text once', () => expect(shownOf(['a', 'a', 'b'])).toEqual(['a', 'b']))

  it('shows those with room at once, and nothing twice', () => {
    const shown: string[] = []
    const { add, end, all } = annotations((message) => void shown.push(message), 2)
    add('a')
    expect(shown).toEqual(['a'])
    add('b')
    end()
    end()
    expect(shown).toEqual(['a', 'b'])
    expect(all).toEqual(['a', 'b'])
  })

  it('never shows more than there is room for, and never loses one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), (count) => {
        const shown = shownOf(numbered(count))
        expect(shown.length).toBeLessThanOrEqual(10)
        const text = `${shown.join('\n')}\n`
        for (const message of numbered(count)) expect(text).toContain(`${message}\n`)
      }),
    )
  })
})
