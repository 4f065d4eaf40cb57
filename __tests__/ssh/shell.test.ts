import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { BOOT, pack, unpack, type FrameKind } from '../../src/ssh/boot.js'
import { frameReader, newMark } from '../../src/ssh/frame.js'
import type { Command } from '../../src/ssh/port.js'
import { commandLine, quote } from '../../src/ssh/shell.js'

const argument = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'))
const nasty = fc.constantFrom(
  "'",
  '"',
  '$(id)',
  '`id`',
  '\\',
  '\\0041',
  '\n',
  ' ',
  '*',
  '~',
  '-n',
  '',
  ';',
  '&&',
  '!',
  '!!',
  '%s',
  '\r\n',
  'ü',
  '😀',
)
const any = fc.oneof(
  argument,
  fc.array(nasty, { maxLength: 6 }).map((parts) => parts.join('')),
)

const installed = (shell: string): boolean => spawnSync(shell, ['-c', ':']).error === undefined

/** Login shells, all that this machine has, and what a host may have as `sh`. */
const LOGIN_SHELLS = ['dash', 'bash', 'rbash', 'zsh', 'ksh', 'fish', 'tcsh', 'bsd-csh', 'busybox'].filter(
  installed,
)
const HOST_SHELLS = ['dash', 'bash --posix', 'busybox sh', 'ksh'].filter((shell) =>
  installed(shell.split(' ')[0] ?? ''),
)

/** What a command prints on stdout through a login shell, taken out of its frame; `sh` on the host is another shell where given. */
const through = (
  login: string,
  command: Pick<Command, 'script' | 'args'>,
  kind: FrameKind = 'answer',
  sh = 'sh',
): string => {
  const mark = newMark()
  const line = commandLine({ label: 'x', ...command }, { sudo: false, mark, kind }).replace(
    ' sh -c ',
    ` ${sh} -c `,
  )
  const flags = login === 'busybox' ? ['sh', '-c', line] : ['-c', line]
  const { stdout, stderr } = spawnSync(login, flags, { input: '' })
  const texts: string[] = []
  const reader = frameReader(mark, 1 << 20, (text) => void texts.push(text.toString('utf8')))
  reader.take(stdout)
  if (reader.state() !== 'whole')
    throw new Error(`${reader.state()}: ${stdout.toString()}${stderr.toString()}`)
  return texts.map((text) => (kind === 'lines' ? `${text}\n` : text.replace(/:0$/, ''))).join('')
}

const PRINT = String.raw`for arg; do printf '%s\001' "$arg"; done`

describe('commandLine', { timeout: 60_000 }, () => {
  it.each(LOGIN_SHELLS)('hands arguments through %s byte for byte', (shell) => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (args) => {
        const whole = args.map((arg) => arg.replaceAll('\x01', ''))
        expect(through(shell, { script: PRINT, args: whole }).split('\x01').slice(0, -1)).toEqual(whole)
      }),
      { numRuns: 12 },
    )
  })

  it.each(HOST_SHELLS)('hands arguments on where sh is %s, byte for byte', (sh) => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (args) => {
        const whole = args.map((arg) => arg.replaceAll('\x01', ''))
        expect(
          through('dash', { script: PRINT, args: whole }, 'answer', sh).split('\x01').slice(0, -1),
        ).toEqual(whole)
      }),
      { numRuns: 12 },
    )
  })

  it.each(LOGIN_SHELLS)('hands the script through %s byte for byte', (shell) => {
    fc.assert(
      fc.property(any, (text) => {
        const script = `cat <<'END-OF-TEXT'\n${text}\nEND-OF-TEXT\n`
        expect(through(shell, { script })).toBe(`${text}\n`)
      }),
      { numRuns: 8 },
    )
  })

  it.each(LOGIN_SHELLS)('hands long words through %s', (shell) => {
    const args = [`${'\\'.repeat(901)}'${'x'.repeat(20_000)}`, '\n'.repeat(2000)]
    expect(through(shell, { script: PRINT, args })).toBe(`${args.join('\x01')}\x01`)
  })

  it.each(HOST_SHELLS)('frames every kind of answer where sh is %s', (sh) => {
    const script = 'printf "%s\\n" one two; printf %s three'
    expect(through('dash', { script }, 'answer', sh)).toBe('one\ntwo\nthree')
    expect(through('dash', { script }, 'bulk', sh)).toBe('one\ntwo\nthree')
    expect(through('dash', { script }, 'lines', sh)).toMatch(/^one\ntwo\nthree[0-9a-f]{32}=0\n$/)
  })

  it('gives the script an environment of its own', () => {
    const seen = through('bash', { script: 'env' })
      .split('\n')
      .filter((line) => !/^(_|PWD|SHLVL|OLDPWD)=/.test(line))
    expect(seen.sort()).toEqual([
      '',
      'HOME=/root',
      'LC_ALL=C',
      'LOGNAME=root',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'SHELL=/bin/sh',
      'SYSTEMD_COLORS=0',
      'SYSTEMD_PAGER=',
      'USER=root',
    ])
  })

  it('has a bash that a script starts read nothing of the login', () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'))
    writeFileSync(join(home, '.bashrc'), 'echo noise\n')
    try {
      const script = 'HOME=$1 bash -c "echo clean"'
      expect(through('dash', { script, args: [home] })).toBe('clean\n')
    } finally {
      rmSync(home, { recursive: true })
    }
  })

  it('names itself and what it is for in $0, in words that no shell takes for more', () => {
    const mark = newMark()
    const line = commandLine(
      { label: "look at what's\nthere!", script: 'id' },
      { sudo: true, mark, kind: 'answer' },
    )
    expect(line).toMatch(
      /^sudo -n -- env -i PATH=\S+ .* sh -c '[^'\\!\n]+' 'etcd-deploy: look at what\?s\?there\?' '/,
    )
  })

  it('shows its mark nowhere in one piece', () => {
    const mark = newMark()
    expect(mark.text).toHaveLength(32)
    const line = commandLine({ label: 'x', script: 'id' }, { sudo: false, mark, kind: 'answer' })
    expect(line).not.toContain(mark.text)
    expect(newMark().text).not.toBe(mark.text)
  })

  it('lets the host end what outlives its limit, on either side of sudo', () => {
    const mark = newMark()
    expect(
      commandLine({ label: 'x', script: 'id' }, { sudo: true, mark, kind: 'answer', limitMs: 1500 }),
    ).toMatch(/^sudo -n -- timeout -k 5 4 env -i /)
    const line = commandLine(
      { label: 'x', script: 'trap "exit 5" TERM; sleep 60 & wait' },
      { sudo: false, mark, kind: 'answer', limitMs: 0 },
    )
    expect(spawnSync('/bin/sh', ['-c', line]).status).toBe(124)
  })

  it('refuses what no argument can hold', () => {
    expect(() => quote('a\0b')).toThrow(Failure)
    expect(() =>
      commandLine(
        { label: 'x', script: 'cat', args: ['x'.repeat(130_000)] },
        { sudo: false, mark: newMark(), kind: 'answer' },
      ),
    ).toThrow(/most a Linux host takes/)
  })
})

describe('the words of a command line', () => {
  it('are safe inside single quotes in any shell, and short enough for csh', () => {
    for (const word of Object.values(BOOT)) {
      expect(word).toMatch(/^[\x20-\x7e]+$/)
      expect(word).not.toMatch(/['\\!]/)
      expect(word.length).toBeLessThan(1000)
    }
    fc.assert(
      fc.property(fc.array(any, { maxLength: 200 }), (parts) => {
        const text = parts.join('')
        const pieces = pack(text)
        for (const piece of pieces) expect(piece).toMatch(/^[\x20-\x26\x28-\x7e]{1,900}$/)
        for (const piece of pieces) expect(piece).not.toMatch(/!|\\$|\\[^0]/)
        expect(unpack(pieces)).toBe(Buffer.from(text).toString('utf8'))
      }),
    )
  })
})
