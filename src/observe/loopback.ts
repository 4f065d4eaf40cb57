import { request } from 'node:http'
import { METRICS_URL } from '../etcd/flags.js'
import { forwardedAgent } from '../ssh/forwarded-http.js'
import { OpenFailure, type HostSession } from '../ssh/port.js'

/** What the metrics port of a member answered. `nobody`: nothing listens. `no-way`: its SSH server forwards nothing. */
export type LoopbackReply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'no-way' }
  | { readonly kind: 'failed'; readonly reason: string }

export interface LoopbackRequest {
  readonly path: string
  readonly timeoutMs: number
  /** The rest of the answer is not waited for once this matches. */
  readonly enough?: RegExp
}

/** Metrics of a large cluster have a few hundred kilobytes. */
const MOST_CHARACTERS = 4 * 1024 * 1024
/** No line that `enough` waits for is longer, characters. */
const LONGEST_LINE = 1000

/** A GET to the member's own metrics port, made by its host: no process there, and a few milliseconds. Never throws. */
export const getLoopback = async (
  session: Pick<HostSession, 'openTcp'>,
  { path, timeoutMs, enough }: LoopbackRequest,
): Promise<LoopbackReply> => {
  const url = new URL(path, METRICS_URL)
  const agent = forwardedAgent(session, url.hostname, Number(url.port))
  try {
    return await new Promise<LoopbackReply>((resolve, reject) => {
      const call = request(url, { agent, headers: { Connection: 'close' } })
      const timer = setTimeout(() => {
        reject(new Error(`no answer within ${timeoutMs} ms`))
        call.destroy()
      }, timeoutMs)
      call.once('close', () => clearTimeout(timer))
      call.on('error', reject)
      call.once('response', (response) => {
        const pieces: string[] = []
        let characters = 0
        let line = ''
        const done = (): void =>
          resolve({ kind: 'answered', status: response.statusCode ?? 0, body: pieces.join('') })
        response.setEncoding('utf8').on('data', (piece: string) => {
          pieces.push(piece)
          characters += piece.length
          if (characters > MOST_CHARACTERS) {
            reject(new Error(`it answers with more than ${MOST_CHARACTERS} characters`))
            call.destroy()
            return
          }
          // What was read before is not read again, but for a line that this piece goes on with.
          const fresh = line + piece
          line = fresh.slice(Math.max(fresh.lastIndexOf('\n'), 0)).slice(-LONGEST_LINE)
          if (!enough?.test(fresh)) return
          done()
          call.destroy()
        })
        response.once('end', done)
        response.on('error', reject)
      })
      call.end()
    })
  } catch (error) {
    if (error instanceof OpenFailure && error.kind === 'refused') return { kind: 'nobody' }
    if (error instanceof OpenFailure && error.kind === 'prohibited') return { kind: 'no-way' }
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    agent.destroy()
  }
}

/**
 * The member serves linearizable reads: its `/readyz` answers 200 (etcd server/etcdserver/api/etcdhttp/health.go). undefined
 * where it cannot be asked this way: over an SSH server that forwards nothing, where nobody listens, as in a cluster that was made by
 * others, and before 3.4.29 and 3.5.11, which have no `/readyz`. `/health` is no way out: on 3.4 each call of it goes through
 * raft as a v2 QGET and stays in the log, and 3.6 panics on such an entry when it replays it (etcd issues 20809, 21849).
 */
export const isReady = async (
  session: Pick<HostSession, 'openTcp'>,
  timeoutMs: number,
): Promise<boolean | undefined> => {
  const reply = await getLoopback(session, { path: '/readyz', timeoutMs })
  const unasked =
    reply.kind === 'no-way' || reply.kind === 'nobody' || (reply.kind === 'answered' && reply.status === 404)
  return unasked ? undefined : reply.kind === 'answered' && reply.status === 200
}

const CLUSTER_VERSION = /^etcd_cluster_version\{cluster_version="(\d+\.\d+)(?:\.\d+)?"\} 1$/m

/**
 * The version the whole cluster is at, as the metrics of a member tell it (etcd server/etcdserver/api/membership/metrics.go): X.Y.0.
 * undefined where they do not.
 */
export const parseClusterVersion = (metrics: string): string | undefined => {
  const minor = CLUSTER_VERSION.exec(metrics)?.[1]
  return minor === undefined ? undefined : `${minor}.0`
}
