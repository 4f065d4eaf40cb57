import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { BUNDLE, run } from '../../lab/runner.js'
import { MANGLINGS, MANGLINGS_OF_PEM } from '../inputs/manglings.js'
import { ca } from '../inputs/setting.js'
import { openSshKey } from '../ssh/keys.js'
import { failed } from './refusal.js'

/** What a run finds wrong with these inputs; one that is always wrong ends it before any connection. */
const problemsWith = async (inputs: Readonly<Record<string, string>>): Promise<string> => {
  const good = { hosts: '192.0.2.1', 'ca-cert': ca.certPem, 'ca-key': ca.keyPem, 'ssh-known-hosts': HOST_KEY }
  const { failure, log } = failed(await run({ ...good, ...inputs, version: 'newest' }))
  expect(failure).toContain('version "newest"')
  expect(log).not.toContain('Connect to')
  return failure
}

const HOST_KEY = '192.0.2.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'

test('the log is whole, however long it is and however slowly it is read', async () => {
  const hosts = Array.from({ length: 5000 }, (_, index) => `bad!host!${index}`).join('\n')
  const child = spawn(process.execPath, [BUNDLE], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: tmpdir(), GITHUB_ACTIONS: 'true', INPUT_HOSTS: hosts },
  })
  const closed = once(child, 'close')
  // It could have ended by now, with most of what it has to say in no pipe yet.
  await sleep(3000)
  const log = await text(child.stdout)
  expect(await closed).toEqual([1, null])
  expect(log.length).toBeGreaterThan(400_000)
  expect(log).toContain('hosts "bad!host!4999"')
  expect(log).toMatch(/^::error::50\d\d things in the inputs are not right;.*\(the rest is in the log\)$/m)
})

describe('what people paste into secrets and lists', () => {
  const forms = [...MANGLINGS, ...MANGLINGS_OF_PEM].filter(([name]) =>
    [
      ...[
        '\\n for line ends',
        'indented lines',
        'double quotes',
        'a shell assignment',
        'base64 in lines of 76',
      ],
      ...['blanks for line ends', 'words around it', 'the same once more', 'other columns'],
    ].includes(name),
  )

  test.each(forms)('the keys of SSH and of the CA are understood alike: %s', async (_, mangle) => {
    const [key, caKey] = [mangle(openSshKey('ed25519')), mangle(ca.keyPem)]
    const failure = await problemsWith({ 'ssh-private-key': key, 'ca-key': caKey })
    expect(failure).not.toMatch(/ssh-private-key|ca-key/)
  })

  test('flags on one line are not taken for one value', async () => {
    for (const [line, said] of [
      ['--snapshot-count=10000,--heartbeat-interval=200', 'holds more than one flag'],
      ['--snapshot-count=10000 --heartbeat-interval=200', 'holds more than one flag'],
      ['--snapshot-count=10000;--heartbeat-interval=200', 'holds more than one flag'],
    ] as const) {
      expect(await problemsWith({ 'etcd-args': line })).toContain(said)
    }
  })
})
