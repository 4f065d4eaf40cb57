import type { SshTarget } from '../cluster/member.js'
import { Failure } from '../failure.js'
import { formatDuration } from '../time/duration.js'
import { hostKeyWords } from './host-key.js'
import { loginWords } from './login.js'
import { formatAddress } from './target.js'
import { TroubleError, type ConnectTrouble } from './trouble.js'

/** Where a connection was to go, for the sentence. */
export interface ConnectPlace {
  /** "cannot connect over SSH", "cannot connect to jump host 1 of 2". */
  readonly what: string
  /** "etcd-10.0.0.1 (root@10.0.0.1:22)". */
  readonly where: string
  readonly target: SshTarget
}

/** The sentence for anything that `connect` throws; `state` is left for the caller to add. */
export const connectFailure = (error: unknown, place: ConnectPlace): Failure => {
  if (error instanceof Failure) return error
  const words =
    error instanceof TroubleError
      ? wordsOf(error.trouble, place.target)
      : {
          why: error instanceof Error ? error.message : String(error),
          next: 'see the debug log of this step',
        }
  return new Failure({ what: place.what, where: place.where, ...words, cause: error })
}

const wordsOf = (trouble: ConnectTrouble, target: SshTarget): { why: string; next: string } => {
  const address = formatAddress(target.host, target.port)
  switch (trouble.kind) {
    case 'socket':
      return socketWords(trouble.code, trouble.message, target)
    case 'forward':
      return forwardWords(trouble, address)
    case 'timeout':
      return timeoutWords(trouble, address)
    case 'host-key':
      return hostKeyWords(trouble, target)
    case 'login':
      return loginWords(trouble.attempt, trouble.ending, trouble.said)
    case 'agent':
      return {
        why: `the ssh-agent did not answer (${trouble.message})`,
        next: 'check that SSH_AUTH_SOCK names the socket of a running ssh-agent, or set ssh-private-key',
      }
    case 'algorithms':
      return {
        why: `no algorithm in common (${trouble.message})`,
        next: 'update OpenSSH on that host, or allow a current key exchange, cipher and host key in its sshd_config',
      }
    case 'closed':
      return closedWords(trouble, address)
  }
}

const socketWords = (code: string, message: string, { host, port }: SshTarget) => {
  const address = formatAddress(host, port)
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
      return {
        why: `the name ${host} cannot be resolved on the runner (${code})`,
        next: 'check the spelling, or give the address, or a name that the DNS servers of the runner know',
      }
    case 'ECONNREFUSED':
      return {
        why: `connection refused by ${address}`,
        next: `check that sshd runs there and listens on port ${port}, and that no firewall rejects the runner`,
      }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return {
        why: `there is no route to ${address} (${code})`,
        next: 'check that the host is up and that the runner is in a network that reaches it, or set ssh-jump',
      }
    case 'ETIMEDOUT':
      return noAnswer(address, '')
    default:
      return { why: `${message}`, next: `check that ${address} can be reached from the runner` }
  }
}

const forwardWords = ({ failure, hop }: Extract<ConnectTrouble, { kind: 'forward' }>, address: string) => {
  switch (failure.kind) {
    case 'prohibited':
      return {
        why: `jump host ${hop} does not allow forwarding to ${address}`,
        next: 'set "AllowTcpForwarding yes" (and PermitOpen, if used) in the sshd_config of the jump host',
      }
    case 'refused':
      return {
        why: `connection refused by ${address}, asked from jump host ${hop}`,
        next: 'check that sshd runs there, and that the port is right as seen from the jump host',
      }
    case 'timeout':
      return {
        why: `jump host ${hop} could not reach ${address} in time`,
        next: 'check that the host is up and that its SSH port is open for the jump host',
      }
    case 'failed':
      return {
        why: `jump host ${hop} cannot reach ${address} (${failure.message})`,
        next: 'check that the jump host can resolve and reach that address',
      }
  }
}

const noAnswer = (address: string, after: string) => ({
  why: `${address} did not answer${after}`,
  next: 'check that the host is up, that the address is right, and that its SSH port is open for the runner (firewall, security group), or set ssh-jump',
})

const timeoutWords = ({ stage, afterMs }: Extract<ConnectTrouble, { kind: 'timeout' }>, address: string) => {
  const after = ` within ${formatDuration(afterMs)}`
  switch (stage) {
    case 'tcp':
      return noAnswer(address, after)
    case 'handshake':
      return {
        why: `${address} took the connection and sent no SSH handshake${after}`,
        next: 'check that this port is sshd, and that the host is not overloaded or out of entropy or memory',
      }
    case 'login':
      return {
        why: `${address} did not finish the login${after}`,
        next: 'check name resolution (UseDNS), PAM and directory services on that host: they delay logins',
      }
  }
}

const closedWords = ({ stage, message }: Extract<ConnectTrouble, { kind: 'closed' }>, address: string) => ({
  why:
    stage === 'login'
      ? `${address} closed the connection during the login (${message})`
      : `${address} took the connection but did not speak SSH to us (${message})`,
  next:
    stage === 'login'
      ? 'look into the log of sshd there (journalctl -u ssh -u sshd)'
      : 'check that this port is sshd, and that MaxStartups, fail2ban or a proxy did not cut the connection',
})
