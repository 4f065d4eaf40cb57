import ssh2, { type AuthHandlerMiddleware, type ParsedKey } from 'ssh2'
import { nameOfKey, type KeyName } from './public-key.js'
import type { UsableKey } from './private-key.js'
import type { LoginAttempt, LoginEnding } from './trouble.js'

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

/** So many keys are named in a sentence. */
const MOST_NAMED = 4

/** Why nobody let us in, sorted by what the server said of it, and what to do, each one clause. */
export const loginWords = (
  attempt: LoginAttempt,
  ending: LoginEnding,
  said: string,
): { readonly why: string; readonly next: string } => {
  const { user, offered, source, keys, partial } = attempt
  const list = listOf(keys)
  const takes = offered.length > 0 ? `the server takes ${offered.join(', ')}` : ''
  const words = said === '' ? '' : `the host said: ${said}`
  const refused = (tried: string, ...more: readonly string[]): string =>
    [`login as ${user} was refused: ${tried}`, ...more, words].filter((part) => part !== '').join('; ')

  if (partial) {
    const rest = offered.length > 0 ? offered.join(' or ') : 'more'
    return {
      why: refused(`the key was taken (${list}), and the server wants ${rest} as well`),
      next:
        `let ${user} log in with a key alone ("AuthenticationMethods publickey" below "Match User ${user}" in its sshd_config), ` +
        'as nobody is there to answer a second question',
    }
  }
  if (ending === 'too-many' && source === 'agent') {
    return {
      why: refused(
        `the server hung up after too many wrong keys: the ssh-agent holds ${keys.length} (${list})`,
      ),
      next: 'set ssh-private-key to the one key for these hosts (the agent is then not asked), or give the agent that key alone',
    }
  }
  // The account is looked at once a key was taken.
  if (said !== '' && ending === 'closed') {
    return { why: refused('the account may not log in now'), next: accountNext(said, user) }
  }
  if (source === 'nothing') {
    return {
      why: refused('there is neither a private key nor an agent to log in with', takes),
      next: 'set ssh-private-key (is the secret it comes from set?), or start an ssh-agent and set SSH_AUTH_SOCK',
    }
  }
  if (source === 'agent' && keys.length === 0) {
    return {
      why: refused('the ssh-agent holds no key', takes),
      next: 'add the key to the agent with ssh-add, or set ssh-private-key',
    }
  }
  if (offered.length > 0 && !offered.includes('publickey')) {
    return {
      why: refused(`the server does not take public keys (tried ${list})`, takes),
      next: 'set "PubkeyAuthentication yes" in the sshd_config of that host',
    }
  }
  return {
    why: refused(
      source === 'agent' ? `none of the agent's keys was taken (${list})` : `the key was not taken (${list})`,
      takes,
      ending === 'too-many' ? 'the server hung up after too many failures' : '',
    ),
    next:
      said === '' || !ACCOUNT.test(said)
        ? `check that this key is in ~${user}/.ssh/authorized_keys there, that the file and its folders are writable for ${user} only, and that ssh-user is right` +
          (user === 'root' ? ' (sshd refuses root unless PermitRootLogin allows keys)' : '')
        : accountNext(said, user),
  }
}

const listOf = (keys: readonly KeyName[]): string => {
  const named = keys.slice(0, MOST_NAMED).map(({ type, fingerprint }) => `${type} ${fingerprint}`)
  const left = keys.length - named.length
  return [...named, ...(left > 0 ? [`${left} more`] : [])].join(', ')
}

const BOOTING = /not permitted to log in|booting up|going down|shut(ting)? down|nologin|maintenance/i
const EXPIRED = /expired/i
const PASSWORD = /password/i
const LOCKED = /locked|disabled/i
const ACCOUNT = /not permitted to log in|booting up|going down|expired|locked|disabled/i

/** What to do about an account, by the words of PAM's modules: pam_nologin, pam_unix, pam_faillock, pam_access. */
const accountNext = (said: string, user: string): string => {
  if (PASSWORD.test(said) && EXPIRED.test(said))
    return `set a new password for ${user} there, or let it have none that expires: chage -M -1 -d 1 ${user}`
  if (EXPIRED.test(said)) return `let the account of ${user} expire no more there: chage -E -1 ${user}`
  if (LOCKED.test(said))
    return `unlock the account of ${user} there (passwd -S ${user}, faillock --user ${user})`
  if (BOOTING.test(said))
    return 'wait until that host has booted or its maintenance is over; a /run/nologin or /etc/nologin that was left there keeps everyone but root out'
  return `look into the log of sshd there (journalctl -u ssh -u sshd) for what PAM has against ${user}`
}
