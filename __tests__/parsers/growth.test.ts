import { describe, expect, it } from 'vitest'
import { growsTooFast, growths, hangs } from './growth.js'
import { PARSERS } from './registry.js'

/** Beginnings of the titles of what is tried in full size as well: blanks, backslashes, and what was made against a reader. */
const HUNG = ['" "', '"\\\\"', '["']

describe('the time that a reader takes grows with its text, and no faster', () => {
  it.each(PARSERS.map((parser) => [parser.name, parser] as const))(
    '%s',
    (_, parser) => {
      const tooFast = [...growths(parser)].flatMap(([title, grow]) => {
        const found =
          growsTooFast(parser.read, grow) ??
          (HUNG.some((one) => title.startsWith(one)) ? hangs(parser, grow) : undefined)
        return found === undefined ? [] : [`${title}: ${found}`]
      })
      expect(tooFast).toEqual([])
    },
    120_000,
  )
})

describe('what is too fast is seen', () => {
  it.each<[string, RegExp, string]>([
    ['blanks before an end that does not come', /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s, ' '],
    ['backslashes at the end', /\\*$/, '\\'],
    ['strings that nothing closes', /"(?:\\.|[^"\\])*"/g, '-\\"\\'],
  ])('%s', (_, pattern, piece) => {
    const read = (text: string) => text.replace(pattern, '')
    const grow = (characters: number) => `a==${piece.repeat(Math.floor(characters / piece.length))}\0`
    expect(growsTooFast(read, grow, [4 * 1024, 32 * 1024])).toMatch(/characters took/)
  })

  it('and what is in proportion is not', () => {
    expect(
      growsTooFast(
        (text) => text.replaceAll('a', 'bb'),
        (characters) => 'a'.repeat(characters),
      ),
    ).toBe(undefined)
  })
})
