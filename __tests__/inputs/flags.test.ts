import { describe, expect, it } from 'vitest'
import { parseFlags } from '../../src/inputs/flags.js'

describe('parseFlags', () => {
  const flagsOf = (...words: string[]) => Object.fromEntries(parseFlags(words).flags)

  const cases: readonly [name: string, words: string[], flags: Record<string, string[]>][] = [
    ['takes a value after =', ['--ssh-port=22'], { 'ssh-port': ['22'] }],
    ['takes a value in the next word', ['--ssh-port', '22'], { 'ssh-port': ['22'] }],
    ['keeps = and line ends in a value', ['--etcd-args=--a=1\n--b=2'], { 'etcd-args': ['--a=1\n--b=2'] }],
    ['takes an empty value', ['--wal-dir=', '--hosts', 'a'], { 'wal-dir': [''], hosts: ['a'] }],
    ['takes a value that begins with one dash', ['--hosts', '-1'], { hosts: ['-1'] }],
    ['keeps every value of a flag in order', ['--hosts', 'a', '--hosts=b'], { hosts: ['a', 'b'] }],
  ]
  it.each(cases)('%s', (_, words, flags) => {
    expect(flagsOf(...words)).toEqual(flags)
    expect(parseFlags(words).faults).toEqual([])
  })

  it('does not take a flag for the value of another one', () => {
    const { flags, faults } = parseFlags(['--prune', '--hosts', 'a', '--canary'])
    expect(Object.fromEntries(flags)).toEqual({ hosts: ['a'] })
    expect(faults.map(({ word, rule }) => `${word} ${rule}`)).toEqual([
      '--prune has no value',
      '--canary has no value',
    ])
  })

  it.each([['health'], ['-x'], ['--'], ['--Hosts=a'], ['']])(
    'refuses the word "%s" without repeating it',
    (word) => {
      expect(parseFlags([word]).faults).toEqual([
        { word: '', rule: expect.stringContaining('neither a flag') as string },
      ])
    },
  )

  it.each([
    [['--help'], 'help'],
    [['--hosts', 'a', '-h'], 'help'],
    [['--version'], 'version'],
    [['--version', '3.6.14'], undefined],
    [['--version=3.6.14'], undefined],
    [[], undefined],
  ])('of %j asks for %s', (words, asksFor) => {
    expect(parseFlags(words).asksFor).toBe(asksFor)
  })
})
