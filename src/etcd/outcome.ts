import type { Answer, HashKvEntry, HealthEntry, StatusEntry } from '../cluster/answers.js'
import { sentenceOf, withoutStop } from '../failure.js'
import type { EtcdctlResult } from './etcdctl.js'
import { parseEndpointHashKv, parseEndpointHealth, parseEndpointStatus } from './responses.js'

/** What one `endpoint health` says of its one endpoint; exit 1 comes with a row that says why. */
export const healthAnswer = (result: EtcdctlResult, endpoint: string): Answer<HealthEntry> => {
  // A program that never reached etcd (a bad flag, a certificate that cannot be read) writes no row.
  const answer = answerOf(
    { ...result, code: result.stdout.trim() === '' ? result.code || 1 : 0 },
    parseEndpointHealth,
  )
  if (!answer.ok) return answer
  const row = answer.value.find((entry) => entry.endpoint === endpoint)
  if (!row) return { ok: false, reason: reasonOf(result) }
  return { ok: true, value: row.healthy ? row : { ...row, cause: connectionCause(result.stderr) } }
}

/** What one `endpoint status` says of its one endpoint; a failed endpoint is left out of the rows. */
export const statusAnswer = (result: EtcdctlResult, endpoint: string): Answer<StatusEntry> => {
  const answer = answerOf(result, parseEndpointStatus)
  if (!answer.ok) return answer
  const row = answer.value.find((entry) => entry.endpoint === endpoint)
  return row ? { ok: true, value: row } : { ok: false, reason: reasonOf(result) }
}

/** Is authentication switched on, by the end of `statusAsStranger`? undefined where it does not tell. */
export const authenticationOf = ({ code, stderr }: EtcdctlResult): boolean | undefined => {
  if (code === 0) return false
  return /authentication failed/.test(stderr) ? true : undefined
}

/** What one `endpoint hashkv` says of its one endpoint; a failed endpoint is left out of the rows. */
export const hashKvAnswer = (result: EtcdctlResult, endpoint: string): Answer<HashKvEntry> => {
  const answer = answerOf(result, parseEndpointHashKv)
  if (!answer.ok) return answer
  const row = answer.value.find((entry) => entry.endpoint === endpoint)
  return row ? { ok: true, value: row } : { ok: false, reason: reasonOf(result) }
}

/** The answer of a call that fails as a whole: what `parse` reads, or the reason etcdctl gave on stderr. */
export const answerOf = <T>(result: EtcdctlResult, parse: (stdout: string) => T): Answer<T> => {
  if (result.code !== 0) return { ok: false, reason: reasonOf(result) }
  try {
    return { ok: true, value: parse(result.stdout) }
  } catch (error) {
    return { ok: false, reason: withoutStop(sentenceOf(error)) }
  }
}

/** etcdctl's own last word on stderr, with what the connection failed with; its JSON log lines are left out. */
export const reasonOf = ({ code, stderr }: EtcdctlResult): string => {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('{'))
  const error = lines.findLast((line) => /^(?:Error:|Failed to )/.test(line)) ?? lines.at(-1)
  const reason =
    error?.replace(/^Error: /, '').trim() ?? `etcdctl ended with exit code ${code} and no message`
  const cause = connectionCause(stderr)
  return cause === '' || reason.includes(cause) ? reason : `${reason} (${cause})`
}

/**
 * Why the connection failed, from the client's log: "context deadline exceeded" alone does not tell a stopped member from a
 * wrong certificate. Empty where the log does not tell.
 */
const connectionCause = (stderr: string): string => {
  // Where etcd refuses a certificate, whether its alert or the end of the connection is seen first is a matter of luck.
  const [cause = ''] = TLS_CAUSE.exec(stderr) ?? TCP_CAUSE.exec(stderr) ?? []
  // Our own port is another one each time, and tells nothing.
  const arrow = cause.indexOf('->')
  return (
    arrow < 0 ? cause : cause.slice(0, cause.lastIndexOf(' ', arrow) + 1) + cause.slice(arrow + 2)
  ).trim()
}

const TLS_CAUSE = /(?:tls|x509|remote error): ?[^"\\\n]*/
const TCP_CAUSE = /(?:dial|read|write) tcp [^"\\\n]*/
