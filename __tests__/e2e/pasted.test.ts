import { describe, expect, test } from 'vitest'
import { run } from '../../lab/runner.js'
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
