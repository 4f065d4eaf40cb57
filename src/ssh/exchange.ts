import { formatDuration } from '../time/duration.js'
import type { Ending } from './connection.js'
import { feed, start, type ExecContext, type Execution } from './exec.js'
import { frameReader, type FrameReader, type FrameState } from './frame.js'
import type { Command, CommandResult } from './port.js'

/** What a command may print on stdout where it says nothing else, and on stderr, in bytes. */
export const MOST_BYTES = 1024 * 1024

/** How long a session may stay open once its answer is here: something that the login has started may hold it. */
const LINGER_MS = 250

/** What came of a command: its answer, or why there is none, as a clause, and what was said outside of any frame. */
export type Exchange =
  | { readonly kind: 'answer'; readonly result: CommandResult }
  | { readonly kind: 'none'; readonly why: string; readonly said: string; readonly began: boolean }

/** Runs a command and takes its answer out of its frame. Rejects with Failure where it could not be started or the connection is lost. */
export const exchange = async (context: ExecContext, command: Command): Promise<Exchange> => {
  const { mostBytes = MOST_BYTES, bulk, timeoutMs } = command
  const execution = await start(context, command, bulk ? 'bulk' : 'answer')
  const { channel } = execution
  const texts: Partial<Record<'stdout' | 'stderr', Buffer>> = {}
  // The status, or the dot, stands behind the text (see boot.ts).
  const stdout = frameReader(execution.mark, mostBytes + STATUS_BYTES, (text) => (texts.stdout ??= text))
  const stderr = frameReader(execution.mark, MOST_BYTES + STATUS_BYTES, (text) => (texts.stderr ??= text))
  let deadline: NodeJS.Timeout | undefined
  const over = await new Promise<Over>((resolve, reject) => {
    deadline = setTimeout(() => resolve({ kind: 'late' }), timeoutMs)
    const heard = (): void => {
      if (texts.stdout && texts.stderr) resolve({ kind: 'whole' })
      else if (broken(stdout) || broken(stderr)) resolve({ kind: 'broken' })
    }
    channel.on('data', (chunk: Buffer) => {
      stdout.take(chunk)
      heard()
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      stderr.take(chunk)
      heard()
    })
    feed(execution, command.stdin, false)
    execution.ended.then((ending) => resolve({ kind: 'ended', ending }), reject)
  }).finally(() => clearTimeout(deadline))
  if (over.kind !== 'ended') letGo(execution, over)
  const result = texts.stdout && texts.stderr ? resultOf(texts.stdout, texts.stderr) : undefined
  const killed = result && KILLED[result.code]
  if (result && killed === undefined) return { kind: 'answer', result }
  return {
    kind: 'none',
    why:
      killed === undefined
        ? whyNone(over, [stdout, stderr], mostBytes, timeoutMs)
        : `it was killed by ${killed}`,
    said: result ? result.stderr : `${stderr.noise()}\n${stdout.noise()}`,
    began: stdout.state() !== 'before',
  }
}

const STATUS_BYTES = 4

/** How the waiting was over. */
type Over =
  | { readonly kind: 'whole' }
  | { readonly kind: 'late' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'ended'; readonly ending: Ending }

/** A shell's statuses for a script that a signal ended which no script of ours ends itself with. */
const KILLED: Readonly<Record<number, string>> = {
  134: 'SIGABRT',
  135: 'SIGBUS',
  137: 'SIGKILL',
  139: 'SIGSEGV',
}

const broken = (reader: FrameReader): boolean => BROKEN.includes(reader.state())
const BROKEN: readonly FrameState[] = ['mangled', 'too-much']

/**
 * The host closes a session when it is over, which nobody has to wait for; we do where nothing more is to come. Until then it counts as one of
 * the sessions that a connection may have.
 */
const letGo = (execution: Execution, { kind }: Over): void => {
  if (kind !== 'whole') {
    execution.abandon()
    return
  }
  const lingered = setTimeout(() => execution.abandon(), LINGER_MS)
  void execution.ended.catch(() => {}).finally(() => clearTimeout(lingered))
}

const resultOf = (answer: Buffer, said: Buffer): CommandResult | undefined => {
  const colon = answer.lastIndexOf(':')
  const status = answer.toString('latin1', colon + 1)
  if (colon < 0 || !/^\d{1,3}$/.test(status)) return undefined
  return {
    code: Number(status),
    stdout: answer.toString('utf8', 0, colon),
    stderr: said.toString('utf8', 0, said.length - 1),
  }
}

const whyNone = (
  over: Over,
  [out, err]: readonly [FrameReader, FrameReader],
  mostBytes: number,
  timeoutMs: number,
): string => {
  const [stdout, stderr] = [out.state(), err.state()]
  if (stdout === 'too-much') return `it printed more than ${formatBytes(mostBytes)}`
  if (stderr === 'too-much') return `it printed more than ${formatBytes(MOST_BYTES)} of complaints`
  if (stdout === 'mangled' || stderr === 'mangled') return 'its answer was mixed up with other output'
  if (over.kind === 'late') return `it did not end within ${formatDuration(timeoutMs)}`
  if (over.kind !== 'ended') return 'its answer came without its status'
  const { code, signal } = over.ending
  if (stdout !== stderr && (signal === undefined || OUT_OF_MEMORY.includes(signal))) {
    // One of the two shells that collect there has come to its own limit (see boot.ts), and was ended by that.
    return `it printed more than ${formatBytes(stdout === 'whole' ? MOST_BYTES : mostBytes)}`
  }
  if (signal !== undefined) return `it was killed by ${signal}`
  if (code === undefined) return 'its session ended without an exit status'
  return `its session ended with exit status ${code} and no answer`
}

/** How shells end that get no more memory: dash and busybox by a fault, bash by itself. */
const OUT_OF_MEMORY: readonly string[] = ['SIGSEGV', 'SIGABRT', 'SEGV', 'ABRT']

const formatBytes = (bytes: number): string =>
  bytes % MOST_BYTES === 0 ? `${bytes / MOST_BYTES} MiB` : `${bytes} bytes`
