import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HostSession } from '../../src/ssh/port.js'
import { failureOf, open } from './open.js'
import { parsed } from './keys.js'
import { startServer, userKey, type TestServerOptions } from './server.js'

let home: string
const cleanups: (() => Promise<unknown>)[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'noise-'))
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  rmSync(home, { recursive: true })
})

/** A file of the login's home. */
const homeFile = (name: string, text: string, mode = 0o644): string => {
  const path = join(home, name)
  writeFileSync(path, text, { mode })
  return path
}

const session = async (options: TestServerOptions, user = 'root'): Promise<HostSession> => {
  const server = await startServer({ users: { [user]: parsed(userKey) }, ...options })
  cleanups.push(() => server.close())
  const opened = await open(server, {}, user)
  cleanups.push(() => opened.close())
  return opened
}

/** A login shell that does something of its own around each command. */
const shellThat = (before: string, behind = ':'): readonly string[] => [
  homeFile(
    'shell',
    `#!/bin/bash\nshift $(($# - 1))\n${before}\nbash -c "$1"\nstatus=$?\n${behind}\nexit $status\n`,
    0o755,
  ),
]

const SCRIPT = 'echo reverted\necho word >&2\nexit 3 # !'
const RIGHT = { code: 3, stdout: 'reverted\n', stderr: 'word\n' }

const has = (shell: string): boolean => spawnSync(shell, ['-c', ':']).error === undefined

describe('an answer', () => {
  const noises: readonly [name: string, options: () => TestServerOptions][] = [
    ['a line of a startup file', () => ({ loginShell: shellThat('echo Welcome') })],
    [
      'lines on both streams, before and behind',
      () => ({ loginShell: shellThat('echo a; echo b >&2', 'echo c; echo d >&2') }),
    ],
    ['a line without its end', () => ({ loginShell: shellThat('printf "confirmed\\n0"', 'printf ready') })],
    ['binary', () => ({ loginShell: shellThat('head -c 5000 /dev/urandom') })],
    ['200 kB', () => ({ loginShell: shellThat('head -c 200000 /dev/zero | tr "\\0" "\\n"') })],
    ['a shell that shows what it runs', () => ({ loginShell: shellThat('set -xv') })],
    [
      'a shell that shows the command line',
      () => ({ loginShell: shellThat('printf "%s\\n" "$1"; printf "%s\\n" "$1" >&2') }),
    ],
    ['another exit status', () => ({ loginShell: shellThat(':', 'exit 0') })],
    [
      'BASH_ENV',
      () => ({ loginShell: ['/bin/bash'], env: { BASH_ENV: homeFile('env', 'echo noise; echo noise >&2') } }),
    ],
    [
      'exported functions',
      () => ({ env: { 'BASH_FUNC_echo%%': '() { printf hijacked; }', 'BASH_FUNC_head%%': '() { :; }' } }),
    ],
    ['a loader that cannot preload', () => ({ env: { LD_PRELOAD: '/nonexistent.so' } })],
    [
      'odd variables',
      () => ({
        env: {
          IFS: 'e',
          CDPATH: '/',
          POSIXLY_CORRECT: '1',
          ENV: '/nonexistent',
          PS4: '$(echo x)',
          SHELLOPTS: 'xtrace',
          TMPDIR: '/nonexistent',
        },
      }),
    ],
    ...['fish', 'tcsh', 'bsd-csh', 'zsh', 'ksh', 'rbash']
      .filter(has)
      .map((shell): [string, () => TestServerOptions] => [
        `the login shell ${shell}`,
        () => ({
          loginShell: [
            spawnSync('/bin/sh', ['-c', `command -v ${shell}`])
              .stdout.toString()
              .trim(),
          ],
          env: { HOME: home },
        }),
      ]),
  ]
  it.each(noises)('is the right one under %s', async (_name, options) => {
    const host = await session(options())
    expect(await host.run({ label: 'x', script: SCRIPT, timeoutMs: 20_000 })).toEqual(RIGHT)
    expect(await host.run({ label: 'x', script: SCRIPT, timeoutMs: 20_000, bulk: true })).toEqual(RIGHT)
    const held = await host.hold({ label: 'x', script: 'echo ready; cat', timeoutMs: 20_000 })
    await held.release()
    const failure = await failureOf(
      host.hold({ label: 'x', script: 'echo locked-by me; exit 21', timeoutMs: 20_000 }),
    )
    expect(failure.facts.why).toBe('locked-by me')
  })

  it('is the right one through sudo, and the same noise is no word of sudo', async () => {
    const sudo = homeFile('sudo', '#!/bin/sh\necho lecture; echo lecture >&2; shift 2; exec "$@"\n', 0o755)
    homeFile('id', '#!/bin/sh\necho 0\n', 0o755)
    const options = { path: home, loginShell: shellThat('echo noise; echo noise >&2') }
    const host = await session({ ...options }, 'ops')
    expect(sudo).toContain(home)
    expect(await host.run({ label: 'x', script: SCRIPT, timeoutMs: 20_000 })).toEqual(RIGHT)
  })

  it('is never another one for a process that prints all the time', async () => {
    const host = await session({
      loginShell: shellThat('( for i in $(seq 300); do printf "x\\n0"; printf y >&2; sleep 0.002; done ) &'),
    })
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        host.run({ label: 'x', script: 'seq 30000; sleep 0.1; seq 3 >&2', timeoutMs: 20_000 }).then(
          (result) => result,
          (error: Error) => error.message,
        ),
      ),
    )
    const right = { code: 0, stdout: spawnSync('seq', ['30000']).stdout.toString(), stderr: '1\n2\n3\n' }
    for (const outcome of outcomes) {
      if (typeof outcome === 'string') expect(outcome).toContain('its answer was mixed up with other output')
      else expect(outcome).toEqual(right)
    }
  })

  it('does not wait for what the login has left running', async () => {
    const host = await session({ loginShell: shellThat('sleep 30 &') })
    const began = performance.now()
    expect(await host.run({ label: 'x', script: SCRIPT, timeoutMs: 60_000 })).toEqual(RIGHT)
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  it('that a startup file says is none: a held command is not ready by it', async () => {
    const host = await session({ loginShell: shellThat('printf "ready\\nready\\n"') })
    const failure = await failureOf(host.hold({ label: 'x', script: 'sleep 60', timeoutMs: 3000 }))
    expect(failure.facts.why).toBe('it was not ready within 3.0 s; the host said: ready / ready')
  })

  it('that does not come is a failure that quotes the host, with nothing in it that steers', async () => {
    const flag = join(home, 'flag')
    const host = await session({
      loginShell: shellThat(`if [ -e ${flag} ]; then printf 'Disk\\r::error::\\033[2Jfull\\n'; exit 9; fi`),
    })
    writeFileSync(flag, '')
    const failure = await failureOf(host.run({ label: 'x', script: SCRIPT, timeoutMs: 20_000 }))
    expect(failure.facts.why).toBe(
      'its session ended with exit status 9 and no answer; the host said: Disk{U+000D}::error::{U+001B}[2Jfull',
    )
    expect(failure.facts.state).toBe('whether it took effect there is unknown')
  })
})
