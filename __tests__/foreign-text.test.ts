import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inert, visible, visibleLine } from '../src/foreign-text.js'

const steering = fc.constantFrom(
  ...[
    '\r',
    '\n',
    '\r\n',
    '\t',
    '\u001b',
    '\u009b',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\ud800',
  ],
  ...['::', ':', '##[', '##', '[', '##vso[', ' ', '\u3000', 'set-env name=a::b', 'é', '😀'],
)
const foreign = fc
  .array(fc.oneof(steering, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 20 })
  .map((parts) => parts.join(''))

describe('visible', () => {
  it.each([
    ['plain text: grüße, 日本, 😀', 'plain text: grüße, 日本, 😀'],
    ['a\r\nb\n\tc', 'a\nb\n\tc'],
    ['a\rb', 'a{U+000D}b'],
    ['\u0000\u001b[31m\u007f\u0085', '{U+0000}{U+001B}[31m{U+007F}{U+0085}'],
    ['a\u2028b\u2029', 'a{U+2028}b{U+2029}'],
    [
      '\u202aa\u202eb\u2066c\u2069\u200e\u200f\u061c',
      '{U+202A}a{U+202E}b{U+2066}c{U+2069}{U+200E}{U+200F}{U+061C}',
    ],
    ['a\u200bb\u200dc\u2060d\ufeff\u{e0041}', 'a{U+200B}b{U+200D}c{U+2060}d{U+FEFF}{U+E0041}'],
    ['\ud800x', '{U+D800}x'],
  ])('shows %j as %j', (text, shown) => expect(visible(text)).toBe(shown))

  it('leaves nothing unseen, changes nothing twice, and keeps JSON', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const shown = visible(text)
        expect(shown.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(visible(shown)).toBe(shown)
        expect(() => void JSON.parse(visible(JSON.stringify({ text })))).not.toThrow()
      }),
    )
  })

  it('takes time in proportion to the text', () => {
    const took = (size: number): number => {
      const text = [' ', '\n', '#', '##', ':'].map((part) => part.repeat(size)).join('\r')
      // Time on the processor, the best of a few: this machine may be busy with other work.
      const tries = [1, 2, 3].map(() => {
        const began = process.cpuUsage()
        inert(text)
        return process.cpuUsage(began).user / 1000
      })
      return Math.min(...tries)
    }
    took(1000)
    // Sixteen times the text: far less than 256 times the time.
    expect(took(800_000)).toBeLessThan(64 * Math.max(took(50_000), 1))
  })
})

describe('visibleLine', () => {
  it.each([
    ['', ''],
    ['one\n\n  two\r\nthree\n', 'one / two / three'],
    ['a\tb\rc', 'a b{U+000D}c'],
    ['x'.repeat(400), `${'x'.repeat(300)}...`],
  ])('shows %j on one line', (text, line) => expect(visibleLine(text)).toBe(line))
})

describe('inert', () => {
  /** As actions/runner and .NET read a log: lines end at CR, LF and CRLF; blanks before `::` do not count. */
  const obeyed = (log: string): boolean =>
    log.split(/\r\n|\r|\n/).some((line) => /^[\s\u0085]*::/.test(line) || /##\w*\[/.test(line))

  it.each([
    ['::error::x', '{U+003A}:error::x'],
    ['a\n\u3000 ::error::x', 'a\n\u3000 {U+003A}:error::x'],
    [':::', '{U+003A}::'],
    ['##[error]x ##vso[task.setvariable]y', '##{U+005B}error]x ##vso{U+005B}task.setvariable]y'],
    ['###[x]', '###{U+005B}x]'],
    ['http://[::1]:2379 a::b ## [', 'http://[::1]:2379 a::b ## ['],
  ])('shows %j as %j', (text, shown) => expect(inert(text)).toBe(shown))

  it('leaves no command in any text', () => {
    fc.assert(
      fc.property(foreign, (text) => !obeyed(inert(text))),
      { numRuns: 1000 },
    )
  })
})
