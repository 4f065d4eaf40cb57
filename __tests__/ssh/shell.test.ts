import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { commandLine, quote } from '../../src/ssh/shell.js'

const argument = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'))
const nasty = fc.constantFrom(
  "'",
  '"',
  '$(id)',
  '`id`',
  '\\',
  '\n',
  ' ',
  '*',
  '~',
  '-n',
  '',
  ';',
  '&&',
  '!',
  '\r\n',
  'ü',
  '😀',
)
const any = fc.oneof(
  argument,
  fc.array(nasty, { maxLength: 6 }).map((parts) => parts.join('')),
)

const plain = { sudo: false }
const shell = (line: string): string => execFileSync('/bin/sh', ['-c', line]).toString('utf8')

describe('commandLine', () => {
  it('hands arguments through a login shell byte for byte', () => {
    const script = String.raw`for arg; do printf '%s\000' "$arg"; done`
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (args) => {
        const out = shell(commandLine({ label: 'x', script, args }, plain))
        expect(out.split('\0').slice(0, -1)).toEqual(args)
      }),
      { numRuns: 60 },
    )
  })

  it('hands the script through byte for byte', () => {
    fc.assert(
      fc.property(any, (text) => {
        const script = `cat <<'END-OF-TEXT'\n${text}\nEND-OF-TEXT\n`
        expect(shell(commandLine({ label: 'x', script }, plain))).toBe(`${text}\n`)
      }),
      { numRuns: 60 },
    )
  })

  it('names itself and what it is for in $0 and runs through sudo only where asked to', () => {
    expect(shell(commandLine({ label: "look at what's there", script: 'echo "$0"' }, plain))).toBe(
      "etcd-deploy: look at what's there\n",
    )
    expect(commandLine({ label: 'x', script: 'id', args: ['a b'] }, { sudo: true })).toBe(
      "sudo -n -- sh '-c' 'id' 'etcd-deploy: x' 'a b'",
    )
  })

  it('lets the host end what outlives its limit, on either side of sudo', () => {
    expect(commandLine({ label: 'x', script: 'id' }, { sudo: true, limitMs: 1500 })).toBe(
      "sudo -n -- timeout -k 5 4 sh '-c' 'id' 'etcd-deploy: x'",
    )
    const line = commandLine(
      { label: 'x', script: 'trap "echo ended; exit 5" TERM; sleep 60 & wait' },
      { sudo: false, limitMs: 0 },
    )
    expect(() => shell(line)).toThrow(expect.objectContaining({ status: 124 }))
  })

  it('refuses what no argument can hold', () => {
    expect(() => quote('a\0b')).toThrow(Failure)
    expect(() => commandLine({ label: 'x', script: 'cat', args: ['x'.repeat(130_000)] }, plain)).toThrow(
      /most a Linux host takes/,
    )
  })
})
