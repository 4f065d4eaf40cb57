import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tryFlags } from '../../src/host/try-flags.js'
import { localSession, SHELLS } from './local-session.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-flags-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** An etcd that does what these shell lines say. */
const etcd = async (lines: string): Promise<string> => {
  const binary = join(folder, 'etcd')
  await writeFile(binary, `#!/bin/sh\n${lines}\n`)
  await chmod(binary, 0o755)
  return binary
}

describe.each(SHELLS)('tryFlags under $name', ({ argv }) => {
  const session = localSession(argv, { ...process.env, ETCD_NAME: 'x' })
  const tried = async (lines: string, flags: readonly string[] = []) =>
    tryFlags(session, { binary: await etcd(lines), version: '3.6.14', flags })

  it('has etcd read its flags as they are, with --version last and nothing of the environment', async () => {
    const lines = `[ "$#|$1|$2|$3" = '3|--name=a b|--x=$HOME|--version' ] && [ -z "\${ETCD_NAME-}" ]`
    await expect(tried(lines, ['--name=a b', '--x=$HOME'])).resolves.toBeUndefined()
  })

  it.runIf(process.getuid?.() === 0)('gives it no right but to be read', async () => {
    const lines = 'exec 2>&1; [ "$(id -u) $(id -g) $(id -G)" = "65534 65534 65534" ] || { id >&2; exit 2; }'
    await chmod(folder, 0o755)
    await expect(tried(lines)).resolves.toBeUndefined()
    // Where nobody can come to it, it is started as before: it was tried without rights when it was sent.
    await chmod(folder, 0o700)
    await expect(tried('[ "$(id -u)" = 0 ]')).resolves.toBeUndefined()
  })

  // What etcd 3.4 to 3.7 write.
  it.each([
    ['flag provided but not defined: -no-such', 'flag provided but not defined: --no-such'],
    [
      'invalid value "a" for flag -max-wals: parse error',
      'invalid value "a" for flag --max-wals: parse error',
    ],
  ])('names the flag: %s', async (said, shown) => {
    await expect(tried(`echo '${said}' >&2; echo Usage: >&2; exit 2`)).rejects.toThrow(
      `etcd 3.6.14 does not take the flags that it is to be started with: ${shown}; no member was restarted; correct etcd-args`,
    )
  })

  it.each([
    [
      'may not be started',
      '',
      0o644,
      /cannot be started on the host: its etcd may not be started there .*noexec/,
    ],
    [
      'has no loader here',
      '#!/no/such/loader',
      0o755,
      /cannot be started on the host: its etcd needs a program loader/,
    ],
  ])('does not blame flags of an etcd that %s', async (_, text, mode, sentence) => {
    const binary = join(folder, 'other')
    await writeFile(binary, `${text}\n`)
    await chmod(binary, mode)
    const trying = tryFlags(session, { binary, version: '3.6.14', flags: [] })
    await expect(trying).rejects.toThrow(sentence)
    await expect(trying).rejects.not.toThrow(/does not take the flags/)
  })

  it('is no success where etcd says nothing', async () => {
    await expect(tried('exit 3')).rejects.toThrow(/exit status 3/)
    await expect(tried('kill -9 $$')).rejects.toThrow(/does not take|lost the connection/)
  })
})
