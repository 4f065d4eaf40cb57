import { Failure } from '../failure.js'
import type { Command } from './port.js'

/** Linux takes at most 128 KiB in one argument (MAX_ARG_STRLEN), and sshd hands the whole line over as one. */
const MAX_COMMAND_LINE_BYTES = 120 * 1024

/** How much longer than our own deadline a command may live on the host, in seconds; then it gets TERM, later KILL. */
const REMOTE_GRACE_S = 2
const REMOTE_KILL_S = 5

/** What stands in `$0` of our scripts, so that a host's process list, and sudo's log, say whose they are and what for. */
const nameOf = (label: string): string => `etcd-deploy: ${label}`

/** `text` as one word of a POSIX shell, byte for byte; throws Failure on NUL, which no argument can hold. */
export const quote = (text: string): string => {
  if (text.includes('\0')) {
    throw new Failure({
      what: 'cannot pass a value to a host',
      why: 'it holds a NUL character',
      next: 'look for stray binary data in the inputs',
    })
  }
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export interface LineOptions {
  readonly sudo: boolean
  /** Milliseconds after which the host itself ends the command; undefined: never. */
  readonly limitMs?: number
}

/**
 * The line a login shell on the host gets: `sh -c SCRIPT 'etcd-deploy: LABEL' ARG...`, behind `sudo -n --` where the login is
 * not root, and behind `timeout` where it has a limit: a command must not act on the host long after the run has given
 * it up or has died, and sshd kills nothing for us (it refuses signals for root logins). The only place where anything is quoted. The login shell must be a POSIX one (sh, bash, dash, ksh, zsh).
 * Throws Failure where the line is too long for one argument: such data belongs on stdin.
 */
export const commandLine = (
  command: Pick<Command, 'label' | 'script' | 'args'>,
  { sudo, limitMs }: LineOptions,
): string => {
  const words = ['-c', command.script, nameOf(command.label), ...(command.args ?? [])].map(quote).join(' ')
  const limit =
    limitMs === undefined ? '' : `timeout -k ${REMOTE_KILL_S} ${Math.ceil(limitMs / 1000) + REMOTE_GRACE_S} `
  const line = `${sudo ? 'sudo -n -- ' : ''}${limit}sh ${words}`
  const bytes = Buffer.byteLength(line)
  if (bytes > MAX_COMMAND_LINE_BYTES) {
    throw new Failure({
      what: 'cannot run a command on a host',
      why: `its command line has ${bytes} bytes and ${MAX_COMMAND_LINE_BYTES} is the most a Linux host takes`,
      next: 'shorten the lists in the inputs',
    })
  }
  return line
}
