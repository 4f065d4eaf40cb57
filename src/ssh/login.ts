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
  /** The key, or one of the agent's, has been shown: what the server says from now on is its answer to it. */
  keyShown(): boolean
  attempt(): Promise<LoginAttempt>
}

export const recordLogin = (user: string, { key, agentSocket }: Credentials): LoginRecorder => {
  let offered: readonly string[] = []
  let tookKeys = false
  let partial = false
  let shown = false
  // "none" first: it makes the server list its methods, and some (Tailscale's) log in by it.
  const methods: object[] = [{ type: 'none', username: user }]
  if (key) methods.push({ type: 'publickey', username: user, key: key.key })
  else if (agentSocket) methods.push({ type: 'agent', username: user, agent: agentSocket })

  const handler = (left: readonly string[] | null, partialSuccess?: boolean | null): object | false => {
    if (left) {
      // ssh2 forgets the word for an RSA key, which it shows once more; but keys are then no longer asked for.
      if (shown && (partialSuccess || (tookKeys && left.length > 0 && !left.includes('publickey'))))
        partial = true
      tookKeys ||= left.includes('publickey')
      offered = left
    }
    const method = methods.shift()
    shown ||= method !== undefined && left !== null
    return method ?? false
  }
  return {
    // The typings know only the callback form; ssh2 takes the next method as return value too, `false` for "no more".
    handler: handler as unknown as AuthHandlerMiddleware,
    keyShown: () => shown,
    attempt: async () => ({
      user,
      partial,
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
