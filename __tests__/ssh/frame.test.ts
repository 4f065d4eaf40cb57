import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameReader, newMark, type FrameState, type Mark } from '../../src/ssh/frame.js'

/** One whose end is no beginning of it: the noise below knows parts of it, which would make a mark with the one that follows. */
const unlikeItself = (): Mark => {
  const made = newMark()
  const repeats = [...made.text].some((_, at) => at > 0 && made.text.startsWith(made.text.slice(at)))
  return repeats ? unlikeItself() : made
}
const mark = unlikeItself()
const framed = (text: string): string =>
  `${mark.text} ${Buffer.byteLength(text)} ${mark.text}${text}${mark.text}`
const open = (text: string): string => `${mark.text} * ${mark.text}${text}${mark.text}`

interface Read {
  readonly state: FrameState
  readonly texts: readonly string[]
  readonly noise: string
}

/** Reads bytes as they come in pieces of these lengths, over and over. */
const read = (bytes: Buffer, lengths: readonly number[] = [bytes.length], most = 1 << 20): Read => {
  const texts: string[] = []
  const reader = frameReader(mark, most, (text) => void texts.push(text.toString('utf8')))
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    reader.take(bytes.subarray(at, at + length))
    at += length
  }
  return { state: reader.state(), texts, noise: reader.noise() }
}

const lengths = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 6 })
/** What logins print, and what could be taken for a part of a frame. */
const noise = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        'Welcome!\n',
        mark.halves[0],
        mark.halves[1],
        `${mark.halves[0]} ${mark.halves[1]}`,
        ' 3 ',
        '*',
        'ready\n',
        ':0',
      ),
      fc.constant(mark.text.slice(0, 31)),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => !text.includes(mark.text) && !mark.text.startsWith(text.slice(-16) || '-'))
const answer = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('', '\n', 'reverted\n:0', 'confirmed\n:0'),
)

describe('a frame', () => {
  it('is read whatever stands before and behind it, however it comes', () => {
    fc.assert(
      fc.property(noise, answer, noise, lengths, fc.boolean(), (before, text, behind, pieces, counted) => {
        const bytes = Buffer.from(`${before}${(counted ? framed : open)(text)}${behind}`)
        const { state, texts } = read(bytes, pieces)
        expect([state, texts]).toEqual(['whole', [Buffer.from(text).toString('utf8')]])
      }),
      { numRuns: 500 },
    )
  })

  it('is never another one for what is printed into it', () => {
    fc.assert(
      fc.property(answer, noise, fc.nat(), lengths, (text, strange, seed, pieces) => {
        const bytes = Buffer.from(framed(text))
        const at = seed % (bytes.length + 1)
        const mixed = Buffer.concat([bytes.subarray(0, at), Buffer.from(strange), bytes.subarray(at)])
        const { state, texts } = read(mixed, pieces)
        const own = [Buffer.from(text).toString('utf8')]
        if (state === 'whole') expect(texts).toEqual(own)
        // With what the noise knows of the mark it may end a frame rightly and begin another one.
        else expect([[], own]).toContainEqual(texts)
      }),
      { numRuns: 2000 },
    )
  })

  it('is never another one where its end is missing', () => {
    const bytes = Buffer.from(framed('reverted\n:0'))
    for (let length = 0; length < bytes.length; length += 1) {
      expect(read(bytes.subarray(0, length), [7])).toMatchObject({ texts: [] })
    }
  })

  it.each<[string, string, Partial<Read>]>([
    [
      'several, one after the other',
      `x${framed('one')}y${framed('two')}`,
      { state: 'whole', texts: ['one', 'two'], noise: 'xy' },
    ],
    [
      'none',
      'Please login as another user\n',
      { state: 'before', texts: [], noise: 'Please login as another user\n' },
    ],
    [
      'a line in its midst',
      framed('reverted\n').replace('reverted', 'x\nreverted'),
      { state: 'mangled', texts: [] },
    ],
    ['a line in its head', framed('a').replace(' 1 ', ' x\n1 '), { state: 'mangled', texts: [] }],
    ['half of its mark alone', `${mark.halves[0]} 1 a`, { state: 'before', texts: [] }],
    ['an endless length', `${mark.text} 99999999999999 ${mark.text}`, { state: 'mangled', texts: [] }],
    ['more than it may have', framed('x'.repeat(101)), { state: 'too-much', texts: [] }],
    ['more than it may have, of unknown length', open('x'.repeat(101)), { state: 'too-much', texts: [] }],
    ['as much as it may have', framed('x'.repeat(100)), { state: 'whole', texts: ['x'.repeat(100)] }],
  ])('%s', (_name, text, expected) => {
    for (const pieces of [[1], [5, 60], [10_000]]) {
      expect(read(Buffer.from(text), pieces, 100)).toMatchObject(expected)
    }
  })

  it('keeps the beginning of what was printed before it, and bears only so much', () => {
    const { noise: kept } = read(Buffer.from(`first${'x'.repeat(100_000)}${framed('a')}`), [999])
    expect(kept).toHaveLength(4096)
    expect(kept).toMatch(/^firstx/)
    const reader = frameReader(mark, 10, () => {})
    const line = Buffer.alloc(1 << 20, 'y\n')
    for (let count = 0; count < 20; count += 1) reader.take(line)
    expect(reader.state()).toBe('too-much')
  })

  it('takes time in proportion to its length, also where that is unknown', () => {
    const took = (bytes: number): number => {
      const whole = Buffer.from(open('x'.repeat(bytes)))
      // Time on the processor, the best of a few: this machine may be busy with other work.
      const tries = [1, 2, 3].map(() => {
        const began = process.cpuUsage()
        expect(read(whole, [32_768], 1 << 30).state).toBe('whole')
        return process.cpuUsage(began).user / 1000
      })
      return Math.min(...tries)
    }
    took(1 << 18)
    // Sixteen times the text: far less than 256 times the time.
    expect(took(1 << 24)).toBeLessThan(64 * Math.max(2, took(1 << 20)))
  })
})
