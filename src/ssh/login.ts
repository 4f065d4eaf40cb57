import ssh2, { type AuthHandlerMiddleware, type ParsedKey } from 'ssh2'
import { nameOfKey, type KeyName } from './host-key.js'
import type { UsableKey } from './private-key.js'
import type { LoginAttempt } from './trouble.js'

/** What to log in with: the key if there is one, else the agent, else nothing (and the server decides). */
export interface Credentials {
  readonly key?: UsableKey | undefined
  /** Path of an ssh-agent's socket. */
  readonly agentSocket?: string | undefined
}

/** ssh2's callback that picks the next method, and a record of what the server said. */
export interface LoginRecorder {
  readonly handler: AuthHandlerMiddleware
  attempt(): Promise<LoginAttempt>
}

export const recordLogin = (user: string, { key, agentSocket }: Credentials): LoginRecorder => {
  let offered: readonly string[] = []
  // "none" first: it makes the server list its methods, and some (Tailscale's) log in by it.
  const methods: object[] = [{ type: 'none', username: user }]
  if (key) methods.push({ type: 'publickey', username: user, key: key.key })
  else if (agentSocket) methods.push({ type: 'agent', username: user, agent: agentSocket })

  const handler = (left: readonly string[] | null): object | false => {
    if (left) offered = left
    return methods.shift() ?? false
  }
  return {
    // The typings know only the callback form; ssh2 takes the next method as return value too, `false` for "no more".
    handler: handler as unknown as AuthHandlerMiddleware,
    attempt: async () => ({
      user,
      offered,
      source: key ? 'key' : agentSocket ? 'agent' : 'nothing',
      keys: key ? [nameOnly(key)] : agentSocket ? await agentKeys(agentSocket) : [],
    }),
  }
}

/** This ends up in an error, where the key itself must not be. */
const nameOnly = ({ type, fingerprint }: KeyName): KeyName => ({ type, fingerprint })

/** Names of the keys an agent holds, for the message only: none where it does not answer. */
const agentKeys = (socket: string): Promise<KeyName[]> =>
  new Promise((resolve) => {
    ssh2.createAgent(socket).getIdentities((error, keys) => {
      resolve(error || !keys ? [] : (keys as unknown[]).flatMap(nameOfIdentity))
    })
  })

const nameOfIdentity = (identity: unknown): KeyName[] => {
  const blob = (identity as { pubKey?: unknown }).pubKey ?? identity
  if (Buffer.isBuffer(blob)) return [nameOfKey(blob)]
  const parsed = blob as Partial<ParsedKey>
  return typeof parsed.getPublicSSH === 'function' ? [nameOfKey(parsed.getPublicSSH())] : []
}
