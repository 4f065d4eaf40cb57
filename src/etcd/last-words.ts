import { startStep } from './systemd-status.js'

/** How the process of a member ended, and why, in its own words. */
export interface LastWords {
  /** "exited with status 1", "was killed by SIGSEGV"; empty where it is not known to have ended. */
  readonly ended: string
  /** What it said of the reason, one clause; empty where it said nothing of the kind. */
  readonly said: string
}

export const NO_WORDS: LastWords = { ended: '', said: '' }

const LONGEST = 300

/**
 * Reads the journal of one start of the service (`journalctl --output=short-iso`, oldest line first): systemd's word on how the
 * process ended (src/core/service.c, "Main process exited"), and the line in which etcd says why. A process that still runs has not
 * ended: then `said` is the last thing it complained of.
 */
export const lastWords = (journal: string): LastWords => {
  const lines = journal.split('\n').flatMap((line) => {
    const [, from, message] = PREFIX.exec(line) ?? []
    return from === undefined || message === undefined ? [] : [{ from, message }]
  })
  const isSystemd = ({ from }: { readonly from: string }): boolean => /^(?:systemd\b|\()/.test(from)
  const ofUnit = lines.filter((line) => isSystemd(line) && UNIT.test(line.message))
  const bySystemd = ofUnit.map(({ message }) => message.replace(UNIT, ''))
  const byEtcd = lines.filter((line) => !isSystemd(line)).flatMap(({ message }) => complaintIn(message))
  const ended = endOf(bySystemd)
  const said = ended === '' ? latest(byEtcd) : decisive(byEtcd) || failedStep(bySystemd)
  // Who was killed did not see it coming: its last line is about something else.
  const last = ended.startsWith('exited') ? byEtcd.at(-1)?.text : undefined
  return { ended, said: harmless(said || (last ?? '')) }
}

/**
 * "2026-11-24T21:15:57+0000 HOST etcd[123]: "; continued lines of one message are indented and have none. What systemd does between
 * fork and exec it writes as "(etcd)".
 */
const PREFIX = /^\d{4}-\S+ \S+ ([^\s:]+): (.*)$/
const UNIT = /^\S+\.service: /

/** systemd's exit statuses from 200 on are those of its own steps before the program runs (systemd.exec(5)). */
const endOf = (bySystemd: readonly string[]): string => {
  // The control process is what the unit runs before and after etcd (ExecStartPre= and the like).
  const exit =
    bySystemd.findLast((message) => message.startsWith('Main process exited, ')) ??
    bySystemd.findLast((message) => message.startsWith('Control process exited, '))
  const [, code, status = '', name = ''] = /code=(\w+), status=(\d+)\/(\S+)/.exec(exit ?? '') ?? []
  const outOfMemory = bySystemd.some((message) => /\bOOM killer\b|'oom-kill'/.test(message))
  if (code === 'exited') {
    return Number(status) >= 200 ? startStep(Number(status), name) : `exited with status ${status}`
  }
  if (code !== undefined) return `was killed by SIG${name}${outOfMemory ? ', as memory had run out' : ''}`
  return bySystemd.some((message) => /^Failed with result 'protocol'/.test(message))
    ? 'ended before it was ready, with status 0'
    : ''
}

const failedStep = (bySystemd: readonly string[]): string =>
  bySystemd.find((message) => /^(?:Failed to|Failed at step|Unable to) /.test(message)) ?? ''

interface Complaint {
  /** How it weighs: `end`, the process ends with it; `error`; `warning`, with an error in it; `plain`, the loader's, the shell's, or 3.4's, whose levels get lost on the way into the journal. */
  readonly weight: 'end' | 'error' | 'warning' | 'plain'
  readonly text: string
  /** The error in it, where it names one. */
  readonly error?: string
}

const complaintIn = (message: string): readonly Complaint[] =>
  message.startsWith('{') ? inJson(message) : inText(message)

/** Messages that only say that there was an error; the error beside them says it all. */
const WRAPPERS = [
  'discovery failed',
  'failed to start etcd',
  'failed to verify flags',
  'listener failed',
  'registerGateway failed',
  'creating peer listener failed',
  'setting up serving from embedded etcd failed.',
]
/** Fields of zap's own, which tell where and when. */
const FRAME = ['level', 'ts', 'caller', 'logger', 'msg', 'stacktrace', 'error', 'errorVerbose']
const WEIGHTS = new Map<unknown, Complaint['weight']>([
  ...['fatal', 'panic', 'dpanic'].map((level) => [level, 'end'] as const),
  ['error', 'error'],
  ['warn', 'warning'],
])

const inJson = (message: string): readonly Complaint[] => {
  const fields = fieldsOf(message)
  const weight = WEIGHTS.get(fields['level'])
  if (!weight) return []
  const msg = typeof fields['msg'] === 'string' ? fields['msg'] : ''
  if (typeof fields['error'] === 'string') {
    const { error } = fields
    return [{ weight, error, text: WRAPPERS.includes(msg) ? error : `${msg}: ${error}` }]
  }
  if (weight === 'warning') return []
  const rest = Object.entries(fields).filter(
    ([name, value]) => !FRAME.includes(name) && typeof value === 'string',
  )
  const details = rest.map(([name, value]) => `${name} ${String(value)}`).join(', ')
  return [{ weight, text: details === '' ? msg : `${msg}: ${details}` }]
}

const fieldsOf = (message: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(message) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** "2026-11-24 21:15:54.502390 C | etcdmain: ", as 3.4 logs unless it is told otherwise. */
const CAPNSLOG = /^\d{4}-\d\d-\d\d [\d:.]+ ([A-Z]) \| \S+: (.*)$/
const CAPNSLOG_WEIGHTS = new Map<string, Complaint['weight']>([
  ['C', 'end'],
  ['E', 'error'],
  ['W', 'warning'],
])
/** Go's own last lines: a panic, a fault that the runtime notices, a signal, a flag that `flag` refuses. */
const GO_END =
  /^(?:panic: |fatal error: |SIG[A-Z]+: |flag provided but not defined: |invalid (?:boolean )?value .* for (?:boolean )?flag )/

const inText = (message: string): readonly Complaint[] => {
  const [, level, text] = CAPNSLOG.exec(message) ?? []
  if (level !== undefined && text !== undefined) {
    const weight = CAPNSLOG_WEIGHTS.get(level)
    return weight ? [{ weight, text }] : []
  }
  if (GO_END.test(message)) return [{ weight: 'end', text: message }]
  return /^\s*$|^\[WARNING\]|^raft\d{4}\//.test(message) ? [] : [{ weight: 'plain', text: message.trim() }]
}

/**
 * Of a process that has ended: the first line that it ended with, after the last error before it where that says more; else the last
 * error or warning.
 */
const decisive = (complaints: readonly Complaint[]): string => {
  const at = complaints.findIndex(({ weight }) => weight === 'end')
  const end = complaints[at]
  if (end === undefined) return latest(complaints)
  const cause = complaints.slice(0, at).findLast(({ weight }) => weight === 'error')?.text
  return cause === undefined || cause.includes(end.error ?? end.text) ? end.text : `${cause} / ${end.text}`
}

const latest = (complaints: readonly Complaint[]): string =>
  complaints.findLast(({ weight }) => weight !== 'plain')?.text ?? ''

/** Part of a sentence of ours: one line, without what separates its clauses or would steer the runner, and not too long. */
const harmless = (text: string): string => {
  const line = text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/; /g, ', ')
    .replaceAll('##[', '## [')
    .trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}
