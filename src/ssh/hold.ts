import { StringDecoder } from 'node:string_decoder'
import { Failure } from '../failure.js'
import { formatDuration } from '../time/duration.js'
import { feed, start, unknownOutcome, type ExecContext, type Execution } from './exec.js'
import type { Command, HeldCommand } from './port.js'

/** How long a held command may take to end after its stdin was closed; then its channel is closed. */
const RELEASE_MS = 5000

/** What a held command may say before it is ready. */
const MAX_PREAMBLE = 64 * 1024

/** See `HostSession.hold`. */
export const holdCommand = async (context: ExecContext, command: Command): Promise<HeldCommand> => {
  const execution = await start(context, command, 'unlimited')
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

/** Resolves at the line `ready` on stdout. */
const readiness = (context: ExecContext, command: Command, execution: Execution): Promise<void> =>
  new Promise((resolve, reject) => {
    const said = { stdout: '', stderr: '' }
    const decoder = new StringDecoder('utf8')
    const timer = setTimeout(
      () =>
        reject(
          unknownOutcome(
            context,
            command.label,
            `it was not ready within ${formatDuration(command.timeoutMs)}`,
          ),
        ),
      command.timeoutMs,
    )
    // Both are read to the end, ready or not: a full pipe would block the command.
    execution.channel.on('data', (chunk: Buffer) => {
      const text = decoder.write(chunk)
      command.onStdout?.(text)
      if (said.stdout.length < MAX_PREAMBLE) said.stdout += text
      if (said.stdout.split('\n').slice(0, -1).includes('ready')) {
        clearTimeout(timer)
        resolve()
      }
    })
    execution.channel.stderr.on('data', (chunk: Buffer) => {
      if (said.stderr.length < MAX_PREAMBLE) said.stderr += chunk.toString('utf8')
    })
    feed(execution, command.stdin, true)
    execution.ended.then(
      ({ code, signal }) => {
        clearTimeout(timer)
        const output = `${said.stdout}${said.stderr}`.trim().replace(/\s*\n\s*/g, '; ')
        const how = code === undefined ? `by ${signal ?? 'a lost session'}` : `with exit code ${code}`
        const why = output === '' ? `it ended ${how} and said nothing` : output
        reject(new Failure({ what: `could not ${command.label}`, where: context.where, why }))
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error as Error)
      },
    )
  })
