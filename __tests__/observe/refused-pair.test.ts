import { describe, expect, it } from 'vitest'
import { observeRefusedPair } from '../../src/observe/refused-pair.js'
import type { HostSession } from '../../src/ssh/port.js'
import { members, runningHost } from '../plan/world.js'

const host = runningHost(members[0]!)
const journal = (line: string): string =>
  [
    `2026-11-26T01:00:00+0000 host etcd[7]: ${line}`,
    '2026-11-26T01:00:01+0000 host systemd[1]: etcd.service: Main process exited, code=exited, status=1/FAILURE',
  ].join('\n')

const seen = (activeState: string, subState: string, line: string, runs = false) => {
  const session = {
    run: () => Promise.resolve({ code: 0, stdout: journal(line), stderr: '' }),
  } as unknown as HostSession
  const { service, process } = host
  return observeRefusedPair(
    session,
    { service: { ...service, activeState, subState }, process: runs ? process : undefined },
    'etcd',
  )
}
const NO_PAIR =
  '{"level":"fatal","msg":"discovery failed","error":"tls: private key does not match public key"}'
const SAID = 'tls: private key does not match public key'

describe('a pair that etcd ended for', () => {
  it.each<[string, Parameters<typeof seen>, string | undefined]>([
    ['between two tries', ['activating', 'auto-restart', NO_PAIR], SAID],
    ['for good', ['failed', 'failed', NO_PAIR], SAID],
    [
      'as 3.4 writes it',
      ['failed', 'failed', '2026-11-26 01:00:00.1 C | etcdmain: tls: private key does not match public key'],
      SAID,
    ],
    [
      'is none where it ended otherwise',
      ['failed', 'failed', '{"level":"fatal","error":"no space left"}'],
      undefined,
    ],
    ['is none where it was stopped', ['inactive', 'dead', NO_PAIR], undefined],
    ['is none where it runs', ['active', 'running', NO_PAIR, true], undefined],
  ])('%s', async (_name, args, expected) => expect(await seen(...args)).toBe(expected))
})
