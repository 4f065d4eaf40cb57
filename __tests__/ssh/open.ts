import type { SshTarget } from '../../src/cluster/member.js'
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
