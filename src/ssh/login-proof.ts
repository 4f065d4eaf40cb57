import { Failure, withoutStop } from '../failure.js'
import { visibleLine } from '../foreign-text.js'
import { exchange, type Exchange } from './exchange.js'
import type { ExecContext } from './exec.js'
import { sudoWords } from './sudo.js'

/** Longer than the ten seconds that cloud images let their refusal stand. */
const PROOF_MS = 15_000

const LABEL = 'look whether the login runs commands'

/**
 * Proves, before anything else is done with it, that a login runs our commands, as root: by one command whose answer only a shell
 * can give. Throws Failure that quotes what the host said instead.
 */
export const proveLogin = async (context: ExecContext, user: string): Promise<void> => {
  const outcome = await ask(context)
  if (outcome.kind === 'answer') {
    if (outcome.result.stdout.trim() === '0') return
    throw notRoot(context, user, outcome.result.stdout)
  }
  if (!context.sudo) throw noCommands(context, user, outcome)
  // Is it the login or sudo that fails? Without sudo the login shows what it is worth.
  const plain = await ask({ ...context, sudo: false })
  if (plain.kind === 'none') throw noCommands(context, user, plain)
  throw new Failure({
    what: `${user} cannot become root with sudo`,
    where: context.where,
    ...sudoWords(outcome.said, user),
  })
}

const ask = (context: ExecContext): Promise<Exchange> =>
  exchange(context, { label: LABEL, script: 'id -u', timeoutMs: PROOF_MS })

const notRoot = (context: ExecContext, user: string, id: string): Failure =>
  context.sudo
    ? new Failure({
        what: `${user} cannot become root with sudo`,
        where: context.where,
        ...sudoWords(id, user),
      })
    : new Failure({
        what: `${user} is not root`,
        where: context.where,
        why: `its user id there is ${visibleLine(id)}`,
        next: 'log in as a user that has sudo, or as the real root',
      })

const noCommands = (
  context: ExecContext,
  user: string,
  { why, said }: Extract<Exchange, { kind: 'none' }>,
): Failure => {
  const quoted = withoutStop(visibleLine(said))
  return new Failure({
    what: 'the login works, but runs no commands',
    where: context.where,
    why: quoted === '' ? `${why}, and the host said nothing` : `${why}; the host said: ${quoted}`,
    next: nextOf(said, user),
  })
}

/** What to do, by the words of the programs that refuse: cloud-init, login's nologin, PAM, sshd, a shell. */
const nextOf = (said: string, user: string): string => {
  const other = /please login as the user "?([\w.-]+)"? rather than/i.exec(said)?.[1]
  if (other !== undefined) {
    return (
      `set ssh-user to ${other}, which needs sudo without a password there, or take the command="..." in front of the key away in ` +
      `~${user}/.ssh/authorized_keys`
    )
  }
  if (/password.{0,80}(expired|change)|(expired|change).{0,80}password/is.test(said)) {
    return `set a new password for ${user} there, or let it have none that expires: chage -M -1 -d 1 ${user}`
  }
  if (/account.{0,40}expired/is.test(said)) {
    return `let the account of ${user} expire no more there: chage -E -1 ${user}`
  }
  if (/account.{0,40}not available|nologin/is.test(said)) {
    return `give ${user} a shell there: usermod -s /bin/sh ${user}`
  }
  if (/sftp/i.test(said)) {
    return `let ${user} run commands there: its sshd_config allows this login file transfers only (ForceCommand internal-sftp)`
  }
  return (
    `look there at what this login runs: ForceCommand and ChrootDirectory in the sshd_config, command="..." in ` +
    `~${user}/.ssh/authorized_keys, the shell of ${user} in /etc/passwd and its startup files; it has to run "sh -c" and nothing else`
  )
}
