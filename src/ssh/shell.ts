import { Failure } from '../failure.js'
import { BOOT, pack, type FrameKind } from './boot.js'
import type { Mark } from './frame.js'
import type { Command } from './port.js'

/** Linux takes at most 128 KiB in one argument (MAX_ARG_STRLEN), and sshd hands the whole line over as one. */
const MAX_COMMAND_LINE_BYTES = 120 * 1024

/** How much longer than our own deadline a command may live on the host, in seconds; then it gets TERM, later KILL. */
const REMOTE_GRACE_S = 2
const REMOTE_KILL_S = 5

/** What stands in `$0` of our scripts, so that a host's process list, and sudo's log, say whose they are and what for. */
const nameOf = (label: string): string =>
  `etcd-deploy: ${label.slice(0, 200).replace(/[^\x20-\x7e]|['\\!]/g, '?')}`

/**
 * All that our scripts see of an environment. What a login, PAM or sudo sets there could change what any program does (BASH_ENV,
 * exported functions, LD_PRELOAD, TMPDIR, POSIXLY_CORRECT, GREP_OPTIONS, IFS, SYSTEMD_PAGER, a language), and nothing of it is needed.
 */
const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'USER=root',
  'LOGNAME=root',
  'SHELL=/bin/sh',
  // A bash that a script starts would take itself for the login's own, and read its .bashrc.
  'SHLVL=1',
  'LC_ALL=C',
  'SYSTEMD_COLORS=0',
  'SYSTEMD_PAGER=',
].join(' ')

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
  readonly mark: Mark
  readonly kind: FrameKind
  /** Milliseconds after which the host itself ends the command; undefined: never. */
  readonly limitMs?: number
}

/**
 * The line a login shell on the host gets: `env -i ... sh -c BOOT 'etcd-deploy: LABEL' MARK MARK WORDS...`, where WORDS hold script and
 * arguments in a form that any shell hands on as it is (see boot.ts), behind `sudo -n --` where the login is
 * not root, and behind `timeout` where it has a limit: a command must not act on the host long after the run has given
 * it up or has died, and sshd kills nothing for us (it refuses signals for root logins). The only place where anything is quoted.
 * No program is named by its path: a restricted shell would refuse it.
 * Throws Failure where the line is too long for one argument: such data belongs on stdin.
 */
export const commandLine = (
  command: Pick<Command, 'label' | 'script' | 'args'>,
  { sudo, mark, kind, limitMs }: LineOptions,
): string => {
  const packed = pack([command.script, ...(command.args ?? [])].map(quote).join(' '))
  const words = [BOOT[kind], nameOf(command.label), ...mark.halves, ...packed]
  const limit =
    limitMs === undefined ? '' : `timeout -k ${REMOTE_KILL_S} ${Math.ceil(limitMs / 1000) + REMOTE_GRACE_S} `
  const line =
    `${sudo ? 'sudo -n -- ' : ''}${limit}env -i ${ENVIRONMENT} sh -c ` +
    words.map((word) => `'${word}'`).join(' ')
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
