import type { Duplex } from 'node:stream'
import { NodeSSH } from 'node-ssh'
import type { SshTarget } from '../cluster/member.js'
import { visibleLine } from '../foreign-text.js'
import { guard, type Connection } from './connection.js'
import type { Dial } from './dial.js'
import type { HostKeyPolicy } from './host-key.js'
import { nameOfKey } from './public-key.js'
import { knownHostsLine } from './known-hosts.js'
import { recordLogin, type Credentials } from './login.js'
import { TroubleError, type ConnectTrouble, type LoginEnding, type Stage } from './trouble.js'

export interface ConnectRequest {
  readonly target: SshTarget
  readonly dial: Dial
  readonly credentials: Credentials
  readonly hostKeys: HostKeyPolicy
  /** For all of it: TCP, handshake, login. */
  readonly timeoutMs: number
  readonly debug?: ((line: string) => void) | undefined
}

/** A dead peer is noticed after 20 s. */
const KEEPALIVE = { keepaliveInterval: 5000, keepaliveCountMax: 3 }

/** Reaches a host, proves that it is the right one, and logs in; rejects with TroubleError. */
export const connect = async (request: ConnectRequest): Promise<Connection> => {
  const started = Date.now()
  const sock = await request.dial(request.target.host, request.target.port, request.timeoutMs)
  const leftMs = Math.max(1000, request.timeoutMs - (Date.now() - started))
  try {
    return await handshake(request, sock, leftMs)
  } catch (error) {
    sock.destroy()
    throw error
  }
}

const handshake = async (
  request: ConnectRequest,
  sock: Duplex,
  readyTimeout: number,
): Promise<Connection> => {
  const { host, port, user } = request.target
  const login = recordLogin(user, request.credentials)
  let stage: Stage = 'handshake'
  let refusedKey: ConnectTrouble | undefined
  let said = ''
  let reportAccepted = (): void => {}

  const verifyHostKey = (blob: Buffer): boolean => {
    const { verdict, accepted } = request.hostKeys.check(host, port, blob)
    if (accepted) reportAccepted = accepted
    if (verdict.kind === 'known') return true
    refusedKey = { kind: 'host-key', verdict, key: nameOfKey(blob), line: knownHostsLine(host, port, blob) }
    return false
  }

  const ssh = new NodeSSH()
  const ready = ssh.connect({
    sock,
    username: user,
    hostVerifier: verifyHostKey,
    algorithms: { serverHostKey: request.hostKeys.algorithms(host, port) },
    authHandler: login.handler,
    readyTimeout,
    ...KEEPALIVE,
    ...(request.debug ? { debug: request.debug } : {}),
  })
  const client = ssh.connection
  // At once: node-ssh takes its own listener away on success, and an error event that nobody hears ends the process.
  const connection = client ? guard(client, sock) : undefined
  // What comes before is a legal text for everybody.
  client?.on('banner', (text: string) => {
    if (login.keyShown()) said = `${said}${text}\n`.slice(0, MOST_SAID)
  })
  client?.once('handshake', () => {
    stage = 'login'
    // Not earlier: only now has the host proved that it holds the key it showed.
    reportAccepted()
  })
  try {
    await ready
  } catch (error) {
    if (refusedKey) throw new TroubleError(refusedKey)
    const refused = (ending: LoginEnding): Promise<ConnectTrouble> =>
      login.attempt().then((attempt) => ({ kind: 'login', attempt, ending, said: visibleLine(said) }))
    throw new TroubleError(
      await troubleOf(error, stage, request.timeoutMs, refused, login.keyShown() && said.trim() !== ''),
    )
  }
  const lost = connection?.lost()
  if (!connection || lost !== undefined) {
    throw new TroubleError({ kind: 'closed', stage, message: lost ?? 'no connection' })
  }
  return connection
}

/** What is kept of a server's words, in characters. */
const MOST_SAID = 4096

/** ssh2 marks its errors with a `level`, and with the SSH disconnect reason as `code`. `answered`: the server had words for our key. */
const troubleOf = async (
  error: unknown,
  stage: Stage,
  timeoutMs: number,
  refused: (ending: LoginEnding) => Promise<ConnectTrouble>,
  answered: boolean,
): Promise<ConnectTrouble> => {
  const { message, level, code } = error as Error & { level?: string; code?: string | number }
  if (level === 'client-timeout') return { kind: 'timeout', stage, afterMs: timeoutMs }
  if (level === 'client-authentication') return refused('refused')
  if (level === 'agent') return { kind: 'agent', message }
  if (/no matching/.test(message))
    return { kind: 'algorithms', message: message.replace(/^Handshake failed: /, '') }
  if (stage === 'login' && /too many authentication failures/i.test(message)) return refused('too-many')
  // PAM lets sshd say why an account may not log in, and close the connection at once.
  if (stage === 'login' && answered) return refused('closed')
  return { kind: 'closed', stage, message: code === 'ETIMEDOUT' ? 'it hung up' : visibleLine(message) }
}
