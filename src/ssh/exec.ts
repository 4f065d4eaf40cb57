import { inTime } from '../time/abort.js'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientChannel } from 'ssh2'
import type { Connection, Ending, StartedCommand } from './connection.js'
import { Failure } from '../failure.js'
import { formatDuration } from '../time/duration.js'
import type { FrameKind } from './boot.js'
import { newMark, type Mark } from './frame.js'
import type { Command } from './port.js'
import { commandLine } from './shell.js'

/** A command on its way on a host. */
export interface Execution {
  readonly channel: ClientChannel
  /** What its answer is framed with. */
  readonly mark: Mark
  /** Resolves at its end; rejects with Failure at once when the connection is lost or its input breaks off. */
  readonly ended: Promise<Ending>
  /** Lets go of it: its pipes close; what goes on all the same, the host ends at its limit (see `commandLine`). */
  abandon(): void
}

/** What commands need to know of their session. */
export interface ExecContext {
  readonly connection: Connection
  /** "etcd-1 (root@10.0.0.1:22)". */
  readonly where: string
  readonly sudo: boolean
}

const REFUSED_WAIT_MS = 50
const UNKNOWN_STATE = 'whether it took effect there is unknown'
const NOT_STARTED_STATE = 'it was not started'
const NEXT = 'check the host and its network, then run the job again: it looks at the host first'

/** The failure of a command that was started and whose outcome nobody knows. */
export const unknownOutcome = (context: ExecContext, label: string, why: string, cause?: unknown): Failure =>
  new Failure({
    what: `could not ${label}`,
    where: context.where,
    why,
    state: UNKNOWN_STATE,
    next: NEXT,
    cause,
  })

/**
 * Starts a command, waiting for a free session if need be; one that does not go on until it is released (`lines`) is ended by
 * the host itself soon after its `timeoutMs`. Rejects with Failure, saying that it was not started where that is sure.
 */
export const start = async (context: ExecContext, command: Command, kind: FrameKind): Promise<Execution> => {
  const { connection, sudo } = context
  const mark = newMark()
  // What goes on until it is released has no limit.
  const limit = kind === 'lines' ? {} : { limitMs: command.timeoutMs }
  const line = commandLine(command, { sudo, mark, kind, ...limit })
  const notStarted = (why: string, next = NEXT): Failure =>
    new Failure({
      what: `could not ${command.label}`,
      where: context.where,
      why,
      state: NOT_STARTED_STATE,
      next,
    })
  const giveBack = await connection.sessions.take(command.timeoutMs)
  if (!giveBack) {
    throw notStarted(`no session on the connection came free within ${formatDuration(command.timeoutMs)}`)
  }
  const lost = connection.lost()
  if (lost !== undefined) {
    giveBack()
    throw notStarted(`the SSH connection is lost (${lost})`)
  }
  try {
    const started = await openChannel(connection, line, command.timeoutMs)
    return executionOf(context, command, mark, started, giveBack)
  } catch (error) {
    giveBack()
    if (refusedCommand(error)) {
      throw notStarted(
        'its SSH server refuses to run commands',
        'let this login run commands there: it may be for file transfers or forwarding only',
      )
    }
    if (refusedSession(error)) {
      throw notStarted(
        `sshd refused one more session for ${formatDuration(command.timeoutMs)} (${error.message})`,
        'set MaxSessions 10 or more in its sshd_config',
      )
    }
    const why = connection.lost() ?? (error instanceof Error ? error.message : String(error))
    throw unknownOutcome(
      context,
      command.label,
      `the SSH connection broke while it was started (${why})`,
      error,
    )
  }
}

/**
 * A channel that runs `line`. An sshd with a lower MaxSessions than usual refuses sessions while others of ours are open:
 * they are asked for again until one has ended.
 */
const openChannel = async (
  connection: Connection,
  line: string,
  timeoutMs: number,
): Promise<StartedCommand> => {
  const end = Date.now() + timeoutMs
  for (;;) {
    const opening = connection.exec(line)
    try {
      return await inTime(opening, timeoutMs)
    } catch (error) {
      void opening.then((late) => late.channel.close()).catch(() => {})
      if (!refusedSession(error) || Date.now() + REFUSED_WAIT_MS >= end) throw error
      await sleep(REFUSED_WAIT_MS)
    }
  }
}

/** ssh2 gives the reason code of a channel that the server refused (RFC 4254 5.1). */
const refusedSession = (error: unknown): error is Error =>
  typeof (error as { reason?: unknown }).reason === 'number'

/** ssh2's word for a server that gave a session and refused the request to run a command in it. */
const refusedCommand = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Unable to exec'

const executionOf = (
  context: ExecContext,
  { label, stdin }: Command,
  mark: Mark,
  { channel, ending }: StartedCommand,
  giveBack: () => void,
): Execution => {
  const abandon = (): void => channel.close()
  const ended = new Promise<Ending>((resolve, reject) => {
    const stopListening = context.connection.onLost((reason) => {
      giveBack()
      reject(unknownOutcome(context, label, `the SSH connection was lost while it ran (${reason})`))
    })
    channel.on('close', () => {
      stopListening()
      giveBack()
      if (stdin instanceof Readable) stdin.destroy()
      resolve(ending())
    })
    // A command may end before it has read all its input; what is written after that is nobody's error.
    channel.on('error', () => {})
    if (stdin instanceof Readable) {
      stdin.once('error', (error) => {
        abandon()
        reject(unknownOutcome(context, label, `its input broke off (${error.message})`, error))
      })
      channel.once('close', () => stdin.unpipe(channel))
    }
  })
  // Heard by whoever awaits it; not awaited yet, it must not end the process.
  ended.catch(() => {})
  return { channel, mark, ended, abandon }
}

/** Hands a command its input; `keepOpen` leaves the input open for more. */
export const feed = ({ channel }: Execution, stdin: Command['stdin'], keepOpen: boolean): void => {
  if (stdin instanceof Readable) stdin.pipe(channel, { end: !keepOpen })
  else {
    if (stdin !== undefined)
      channel.write(typeof stdin === 'string' ? Buffer.from(stdin) : Buffer.from(stdin))
    if (!keepOpen) channel.end()
  }
}
