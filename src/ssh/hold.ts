import { visibleLine } from '../foreign-text.js'
import { Failure } from '../failure.js'
import { formatDuration } from '../time/duration.js'
import { feed, start, unknownOutcome, type ExecContext, type Execution } from './exec.js'
import { frameReader } from './frame.js'
import type { Command, HeldCommand } from './port.js'

/** How long a held command may take to end after its stdin was closed; then its channel is closed. */
const RELEASE_MS = 5000

/** What one of its lines may have, and what is kept of all of them before it is ready, in bytes. */
const MOST_BYTES = 64 * 1024

/** See `HostSession.hold`. */
export const holdCommand = async (context: ExecContext, command: Command): Promise<HeldCommand> => {
  const execution = await start(context, command, 'lines')
  const ended = execution.ended.then(
    () => {},
    () => {},
  )
  try {
    await readiness(context, command, execution)
  } catch (error) {
    execution.abandon()
    throw error
  }
  return {
    ended,
    release: async () => {
      execution.channel.end()
      const timer = setTimeout(execution.abandon, RELEASE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/** Resolves at the line `ready`; its lines come framed one by one, stdout and stderr together (see boot.ts). */
const readiness = (context: ExecContext, command: Command, execution: Execution): Promise<void> =>
  new Promise((resolve, reject) => {
    const { label, timeoutMs } = command
    const said: string[] = []
    let kept = 0
    let status: string | undefined
    let strange = ''
    const settle = (action: () => void): void => {
      clearTimeout(timer)
      action()
    }
    const refuse = (why: string): void => settle(() => reject(unknownOutcome(context, label, why + noise())))
    const timer = setTimeout(() => refuse(`it was not ready within ${formatDuration(timeoutMs)}`), timeoutMs)
    const end = `${execution.mark.text}=`
    const lines = frameReader(execution.mark, MOST_BYTES, (bytes) => {
      const [line = '', ending] = bytes.toString('utf8').split(end)
      status ??= ending
      if (line === 'ready') return settle(resolve)
      kept += bytes.length
      if (line.trim() !== '' && kept < MOST_BYTES) said.push(line.trim())
    })
    const noise = (): string => {
      const text = visibleLine(`${strange}\n${lines.noise()}`)
      return text === '' ? '' : `; the host said: ${text}`
    }
    // Both are read to the end, ready or not: a full pipe would block the command.
    execution.channel.on('data', (chunk: Buffer) => {
      lines.take(chunk)
      if (lines.state() === 'mangled') refuse('what it said was mixed up with other output')
      if (lines.state() === 'too-much') refuse(`it printed more than ${MOST_BYTES} bytes`)
    })
    execution.channel.stderr.on('data', (chunk: Buffer) => {
      if (strange.length < MOST_BYTES) strange += chunk.toString('utf8')
    })
    feed(execution, command.stdin, true)
    execution.ended.then(
      ({ code, signal }) =>
        settle(() => {
          const how =
            status === undefined && code === undefined
              ? `by ${signal ?? 'a lost session'}`
              : `with exit code ${status ?? code}`
          const why = said.length > 0 ? said.join('; ') : `it ended ${how} and said nothing${noise()}`
          reject(new Failure({ what: `could not ${label}`, where: context.where, why }))
        }),
      (error: unknown) => settle(() => reject(error as Error)),
    )
  })
