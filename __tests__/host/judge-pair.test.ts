import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgePair } from '../../src/host/judge-pair.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

let folder: string
beforeEach(() => {
  folder = ownFolder('etcd-deploy-judge-')
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const program = (name: string, lines: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`)
  chmodSync(join(folder, name), 0o755)
}
/** Listens where etcd would, until it is told to end. */
const LISTEN = `for flag; do case $flag in --listen-client-urls=*) port=\${flag##*:} ;; --key-file=*) key=\${flag#*=} ;; esac; done
exec '${process.execPath}' -e 'require("net").createServer().listen(process.argv[1], "127.0.0.1")' "$port"`

// The key is handed to another user, which only root can do.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('judgePair under $name', ({ argv }) => {
  const judged = (caDir = '/nowhere', withKey = true) => {
    const parts = { caPem: 'ca\n', certificatePem: 'certificate\n' }
    return judgePair(
      localSession(argv, { ...process.env, ETCD_NAME: 'x' }),
      {
        etcd: join(folder, 'etcd'),
        layout: { serviceName: 'etcd', serviceUser: 'daemon', caDir },
        ...parts,
        ...(withKey ? { privateKeyPem: () => 'secret key\n' } : {}),
      },
      join(folder, 'scratch'),
    )
  }
  const left = (): boolean => existsSync(join(folder, 'scratch'))

  it('has etcd started as the service user, with a key that is for that user alone, and leaves nothing', async () => {
    mkdirSync(join(folder, 'seen'), { mode: 0o777 })
    chmodSync(join(folder, 'seen'), 0o777)
    const seen = join(folder, 'seen', 'words')
    program(
      'etcd',
      `stat -c '%U %a' "$PWD/etcd-key.pem" "$PWD" >${seen}; id -un >>${seen}; echo "[\${ETCD_NAME-}]" >>${seen}\n${LISTEN}`,
    )
    program(
      'etcdctl',
      'for flag; do case $flag in --key=*) cat "${flag#*=}" >/dev/null || exit 1 ;; esac; done',
    )
    expect(await judged()).toEqual({ kind: 'accepted' })
    expect(readFileSync(seen, 'utf8')).toBe('daemon 600\nroot 711\ndaemon\n[]\n')
    expect(left()).toBe(false)
  })

  it('gives all that was said where the client is refused', async () => {
    program('etcd', LISTEN)
    program('etcdctl', 'echo x509: certificate has expired >&2; exit 1')
    expect(await judged()).toMatchObject({
      kind: 'refused',
      said: expect.stringContaining('x509: certificate'),
    })
    expect(left()).toBe(false)
  })

  it('gives what etcd said where it ends at once', async () => {
    program('etcd', 'echo tls: private key does not match public key; exit 1')
    program('etcdctl', 'exit 1')
    expect(await judged()).toMatchObject({ kind: 'refused', said: expect.stringContaining('does not match') })
  })

  it('tries another port where somebody was quicker', async () => {
    const twice = join(folder, 'twice')
    mkdirSync(twice, { mode: 0o777 })
    chmodSync(twice, 0o777)
    program(
      'etcd',
      `mkdir ${twice}/once 2>/dev/null && { echo bind: address already in use; exit 1; }\n${LISTEN}`,
    )
    program('etcdctl', 'exit 0')
    expect(await judged()).toEqual({ kind: 'accepted' })
  })

  it('takes the key that is on the host', async () => {
    writeFileSync(join(folder, 'etcd-key.pem'), 'the old key\n', { mode: 0o600 })
    program('etcd', LISTEN)
    program(
      'etcdctl',
      'for flag; do case $flag in --key=*) grep -qx "the old key" "${flag#*=}" || exit 1 ;; esac; done',
    )
    expect(await judged(folder, false)).toEqual({ kind: 'accepted' })
  })

  it('says why it could not be tried', async () => {
    program('etcd', LISTEN)
    program('etcdctl', 'exit 0')
    expect(await judged('/nowhere', false)).toMatchObject({
      kind: 'untried',
      why: expect.stringContaining('/nowhere'),
    })
    expect(left()).toBe(false)
  })
})
