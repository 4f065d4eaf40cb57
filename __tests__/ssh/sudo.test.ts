import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { OpenOptions } from '../../src/ssh/open-all.js'
import { parsed } from './keys.js'
import { failureOf, open } from './open.js'
import { startServer, userKey, type TestServer, type TestServerOptions } from './server.js'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const serve = async (options?: TestServerOptions): Promise<TestServer> => {
  const server = await startServer(options)
  cleanups.push(() => server.close())
  return server
}

const opened = async (server: TestServer, more: Partial<OpenOptions> = {}, user?: string) => {
  const session = await open(server, more, user)
  cleanups.push(() => session.close())
  return session
}

describe('sudo', () => {
  it.each([
    ['a password is required', 'echo "sudo: a password is required" >&2; exit 1', /asks for a password/],
    ['not in sudoers', 'echo "ops is not in the sudoers file." >&2; exit 1', /does not allow it/],
    ['a terminal', 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1', /wants a terminal/],
    ['other words', 'echo "sudo: Ein Fehler" >&2; exit 1', /sudo failed \(sudo: Ein Fehler\)/],
    ['another user than root', 'echo 1000', /sudo failed \(1000\)/],
  ])('refusing with %s is told at once', async (_name, script, why) => {
    const server = await serve({ users: { ops: parsed(userKey) }, path: fakeSudo(script) })
    const failure = await failureOf(open(server, {}, 'ops'))
    expect(failure.message).toContain('ops cannot become root with sudo')
    expect(failure.facts.why).toMatch(why)
    expect(failure.facts.next).toMatch(/NOPASSWD|requiretty/)
  })

  it('is used for every command of a login that is not root', async () => {
    const sudo = 'if [ "$1 $2" = "-n --" ]; then shift 2; exec "$@"; fi; exit 9'
    const server = await serve({ users: { ops: parsed(userKey) }, path: fakeSudo(sudo) })
    const session = await opened(server, {}, 'ops')
    const result = await session.run({ label: 'x', script: 'echo "$1"', args: ['a  b'], timeoutMs: 5000 })
    expect(result).toEqual({ code: 0, stdout: 'a  b\n', stderr: '' })
    expect(server.commands.every((line) => line.startsWith('sudo -n -- timeout '))).toBe(true)
  })

  it('is not used for root', async () => {
    const server = await serve({ path: fakeSudo('exit 9') })
    await (await opened(server)).run({ label: 'x', script: 'true', timeoutMs: 5000 })
    expect(server.commands).toHaveLength(2)
    expect(server.commands.every((line) => line.startsWith('timeout '))).toBe(true)
  })
})

/** A folder for PATH with a sudo that does as `script` says, and an id that says root. */
const fakeSudo = (script: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'fake-sudo-'))
  cleanups.unshift(async () => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'sudo'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  writeFileSync(join(folder, 'id'), '#!/bin/sh\necho 0\n', { mode: 0o755 })
  return folder
}
