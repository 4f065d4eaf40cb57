import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeKeeper, makeRedactor, maskable, redactAll } from '../../src/report/redact.js'

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQ==\nshort\n-----END PRIVATE KEY-----\n'

describe('makeRedactor', () => {
  const cases: readonly [name: string, secrets: string[], text: string, expected: string][] = [
    ['hides a secret wherever it is', ['hunter22'], 'a hunter22 b hunter22', 'a *** b ***'],
    ['hides short secrets as a whole', ['abc'], 'pass=abc', 'pass=***'],
    ['hides a key as one piece', [KEY], `key ${KEY}.`, 'key ***\n.'],
    ['hides a single line of a key', [KEY], 'error near hkiG9w0BAQ==', 'error near ***'],
    [
      'leaves what every key begins and ends with alone',
      [KEY],
      'no -----BEGIN PRIVATE KEY----- in it',
      'no -----BEGIN PRIVATE KEY----- in it',
    ],
    ['leaves short lines of a key alone', [KEY], 'short of memory', 'short of memory'],
    ['hides key lines after other line ends', [KEY.replaceAll('\n', '\r\n')], 'x MIIEvQIBADANBgkq', 'x ***'],
    ['hides the longer one of two that overlap', ['passphrase', 'phrase'], 'my passphrase', 'my ***'],
    ['leaves no end of overlapping ones', ['abcd', 'cdef'], '-abcdef-', '-***-'],
    ['leaves no end of one that overlaps itself', ['aba'], '-ababa-', '-***-'],
    ['hides key lines whose ends were escaped', [KEY.replaceAll('\n', '\\n')], 'x hkiG9w0BAQ==', 'x ***'],
    ['hides a line that holds an escape', ['one line\nabc\\ndefg'], 'abc\\ndefg', '***'],
    ['ignores empty and blank secrets', ['', '  \n'], 'as it was', 'as it was'],
    ['takes signs of regular expressions as they are', ['a.*b('], 'axxb( a.*b(', 'axxb( ***'],
  ]
  it.each(cases)('%s', (_, secrets, text, expected) => {
    expect(makeRedactor(secrets)(text)).toBe(expected)
  })

  // Without asterisks: a mask could not be told from a secret that is made of them.
  const secret = fc
    .string({ minLength: 1, maxLength: 40 })
    .filter((text) => text.trim() !== '' && !text.includes('*'))
  const multiLine = fc.array(secret, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'))

  it('never leaves a secret or a long line of it, however they are strung together', () => {
    fc.assert(
      fc.property(
        fc.array(multiLine, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string()),
        (secrets, between) => {
          const hidden = secrets.flatMap((text) => [
            text.trim(),
            ...text
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => line.length >= 8),
          ])
          const text = [...hidden, ...between, ...hidden].join(between[0] ?? '')
          const shown = makeRedactor(secrets)(text)
          for (const value of hidden) expect(shown).not.toContain(value)
        },
      ),
    )
  })

  it('leaves a text without secrets as it is', () => {
    fc.assert(
      fc.property(fc.array(multiLine), fc.string(), (secrets, text) => {
        fc.pre(!secrets.some((value) => value.split('\n').some((line) => text.includes(line.trim()))))
        expect(makeRedactor(secrets)(text)).toBe(text)
      }),
    )
  })
})

describe('maskable', () => {
  it('gives the lines of a key one by one, since a runner looks at one line at a time', () => {
    expect(maskable(KEY)).toEqual(['MIIEvQIBADANBgkq', 'hkiG9w0BAQ=='])
    expect(maskable(KEY.replaceAll('\n', '\r\n'))).toEqual(['MIIEvQIBADANBgkq', 'hkiG9w0BAQ=='])
  })

  it('gives a secret of one line whole, however short', () => {
    expect(maskable('abc')).toEqual(['abc'])
    expect(maskable(' ')).toEqual([])
  })
})

describe('redactAll', () => {
  const redact = makeRedactor(['pa"ss\\<word>'])
  const redaction = { redact, redactName: redact }

  it('finds a secret in data, before quotes and signs of some format hide it', () => {
    const data = { a: ['x pa"ss\\<word>', 1, null, true], b: { c: 'pa"ss\\<word>', d: undefined } }
    const shown = redactAll(data, redaction)
    expect(shown).toEqual({ a: ['x ***', 1, null, true], b: { c: '***', d: undefined } })
    expect(JSON.stringify(shown)).not.toContain('word')
  })

  it('leaves what is more than data as it is', () => {
    const at = new Date()
    expect(redactAll({ at }, redaction).at).toBe(at)
  })

  it('leaves data without secrets as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        expect(redactAll(data, { redact: (text) => text, redactName: (text) => text })).toEqual(data)
      }),
    )
  })
})

describe('a keeper', () => {
  it('hides what it is told, from then on', () => {
    const keeper = makeKeeper()
    expect(keeper.redact('hunter22')).toBe('hunter22')
    keeper.keep('hunter22')
    keeper.keep(KEY)
    expect(keeper.redact('hunter22 MIIEvQIBADANBgkq')).toBe('*** ***')
  })
})
