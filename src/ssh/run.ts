import { StringDecoder } from 'node:string_decoder'
import { formatDuration } from '../time/duration.js'
import { feed, start, unknownOutcome, type ExecContext } from './exec.js'
import type { Command, CommandResult } from './port.js'

/** More output than this is a mistake, and would only fill the runner's memory. */
export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

/** See `HostSession.run`. */
export const runCommand = async (context: ExecContext, command: Command): Promise<CommandResult> => {
  const execution = await start(context, command, 'limited')
  const { channel } = execution
  return new Promise((resolve, reject) => {
    const giveUp = (why: string): void => {
      execution.abandon()
      finish()
      reject(unknownOutcome(context, command.label, why))
    }
    const deadline = setTimeout(
      () => giveUp(`it did not end within ${formatDuration(command.timeoutMs)}`),
      command.timeoutMs,
    )
    const finish = (): void => clearTimeout(deadline)

    const tooMuch = (): void => giveUp(`it printed more than ${MAX_OUTPUT_BYTES / 1024 / 1024} MiB`)
    const stdout = collect(tooMuch, command.onStdout)
    const stderr = collect(tooMuch)
    channel.on('data', stdout.take)
    channel.stderr.on('data', stderr.take)
    feed(execution, command.stdin, false)

    execution.ended.then(
      ({ code, signal }) => {
        finish()
        if (code !== undefined) return resolve({ code, stdout: stdout.text(), stderr: stderr.text() })
        const why = signal ? `it was killed by ${signal}` : 'its session ended without an exit status'
        reject(unknownOutcome(context, command.label, `${why}${tailOf(stderr.text())}`))
      },
      (error: unknown) => {
        finish()
        reject(error as Error)
      },
    )
  })
}

/** The last line of what a command said, for a sentence; empty where it said nothing. */
export const tailOf = (output: string): string => {
  const line = output.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? ''
  return line === '' ? '' : `: ${line}`
}

/** Collects bytes, and decodes only whole characters, however the pieces are cut. */
const collect = (tooMuch: () => void, onText?: (text: string) => void) => {
  const chunks: Buffer[] = []
  const decoder = new StringDecoder('utf8')
  let bytes = 0
  return {
    take: (chunk: Buffer): void => {
      if (bytes > MAX_OUTPUT_BYTES) return
      bytes += chunk.length
      if (bytes > MAX_OUTPUT_BYTES) return tooMuch()
      chunks.push(chunk)
      const text = onText ? decoder.write(chunk) : ''
      if (text !== '') onText?.(text)
    },
    text: (): string => Buffer.concat(chunks).toString('utf8'),
  }
}
