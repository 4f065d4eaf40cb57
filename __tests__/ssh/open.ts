import { expect } from 'vitest'
import type { SshTarget } from '../../src/cluster/member.js'
import { Failure } from '../../src/failure.js'
import { openSession, type OpenOptions } from '../../src/ssh/open-all.js'
import type { HostSession } from '../../src/ssh/port.js'
import { userKey, type TestServer } from './server.js'

/** Options that fit a test server. */
export const optionsFor = (server: TestServer, more: Partial<OpenOptions> = {}): OpenOptions => ({
  auth: { privateKey: userKey },
  knownHosts: server.knownHosts,
  hostKeyChecking: 'strict',
  jumps: [],
  ...more,
})

export const targetOf = (server: TestServer, user = 'root'): SshTarget => ({
  user,
  host: '127.0.0.1',
  port: server.port,
})

export const open = (
  server: TestServer,
  more: Partial<OpenOptions> = {},
  user = 'root',
): Promise<HostSession> =>
  openSession({ ...optionsFor(server, more), member: 'etcd-a', target: targetOf(server, user) })

/** What `work` failed with; anything else than a Failure fails the test. */
export const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}
