import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient } from '@actions/http-client'
import { Failure } from '../failure.js'
import { httpGet, publicUrl } from './http-get.js'

export interface DownloadLimits {
  /** Milliseconds without a byte after which a try is given up. */
  readonly stallMs: number
  /** In each window of this many milliseconds at least this many bytes have to come. */
  readonly windowMs: number
  readonly leastBytes: number
  /** How often it is tried in all. */
  readonly attempts: number
  /** Milliseconds before the second try; doubled before each further one. */
  readonly backoffMs: number
  /** No download of ours is larger. */
  readonly maxBytes: number
}

/**
 * Slow is no fault: over 256 kbit/s the 24 MB of a release take 13 min. A quarter of that (8 kB/s) over a whole minute is: an archive would
 * take an hour, and a server that sends a byte now and then, for ever.
 */
export const DOWNLOAD_LIMITS: DownloadLimits = {
  stallMs: 20_000,
  windowMs: 60_000,
  leastBytes: 480_000,
  attempts: 5,
  backoffMs: 1000,
  maxBytes: 512 * 1024 * 1024,
}

export interface DownloadOptions {
  readonly limits?: Partial<DownloadLimits> | undefined
  /** Bytes so far, and in all where the server says. */
  readonly onProgress?: ((bytes: number, total: number | undefined) => void) | undefined
  /** Told of each try that failed and is repeated, as a sentence. */
  readonly onRetry?: ((sentence: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** What to do where the server does not have it; a clause. */
  readonly ifMissing: string
}

export interface Downloaded {
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/**
 * Downloads a URL into a file, through the proxy of the environment (HTTPS_PROXY, NO_PROXY), hashing on the way. Network
 * errors, truncation, stalls, 429 and 5xx are tried again; other statuses are final. Throws Failure; an abort passes
 * through. What was written of a failed download stays for the caller to remove.
 */
export const downloadFile = async (
  url: string,
  path: string,
  options: DownloadOptions,
): Promise<Downloaded> => {
  const limits = { ...DOWNLOAD_LIMITS, ...options.limits }
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryDownload(url, path, limits, options)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (error instanceof Failure) throw error
      if (isDiskError(error)) throw unwritable(url, path, error)
      const why = error instanceof Error ? error.message : String(error)
      if (attempt >= limits.attempts) {
        throw new Failure({
          what: `cannot download ${publicUrl(url)}`,
          why: `${why} (tried ${attempt} times)`,
          next: 'check that the runner reaches that address (a proxy is taken from HTTPS_PROXY), or set download-base-url or archive',
          cause: error,
        })
      }
      const waitMs = limits.backoffMs * 2 ** (attempt - 1)
      options.onRetry?.(`Downloading ${publicUrl(url)} failed (${why}); next try in ${waitMs} ms.`)
      await sleep(waitMs, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined)
      options.signal?.throwIfAborted()
    }
  }
}

/** The same for a small text file, by way of `path`. */
export const downloadText = async (url: string, path: string, options: DownloadOptions): Promise<string> => {
  await downloadFile(url, path, { ...options, limits: { ...options.limits, maxBytes: 1_000_000 } })
  return readFile(path, 'utf8')
}

const tryDownload = async (
  url: string,
  path: string,
  limits: DownloadLimits,
  { onProgress, signal, ifMissing }: DownloadOptions,
): Promise<Downloaded> => {
  const client = new HttpClient('etcd-deploy', [], {
    allowRetries: false,
    allowRedirects: false,
    // Only to end requests that an abort left behind; stalls are noticed by the timer below, which can say so.
    socketTimeout: 2 * limits.stallMs,
  })
  const stall = new AbortController()
  const timer = setTimeout(() => stall.abort(new Error(`no data for ${limits.stallMs} ms`)), limits.stallMs)
  let bytes = 0
  let before = 0
  const floor = setInterval(() => {
    if (bytes - before < limits.leastBytes) stall.abort(tooSlow(bytes - before, limits))
    before = bytes
  }, limits.windowMs)
  const stop = signal ? AbortSignal.any([signal, stall.signal]) : stall.signal
  try {
    const response = await httpGet(client, url, stop)
    timer.refresh()
    floor.refresh()
    checkStatus(response, url, ifMissing)
    const total = contentLength(response)
    if (total !== undefined && total > limits.maxBytes) throw tooLarge(url, total)
    const hash = createHash('sha256')
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        timer.refresh()
        bytes += chunk.length
        if (bytes > limits.maxBytes) return done(tooLarge(url, bytes))
        hash.update(chunk)
        onProgress?.(bytes, total)
        done(null, chunk)
      },
    })
    try {
      await pipeline(response, meter, createWriteStream(path, { mode: 0o600 }), { signal: stop })
    } catch (error) {
      // A body that ends before its Content-Length is an error of the response itself, which only says "aborted".
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
      const all = total ?? 'an unknown number of'
      throw new Error(`the connection ended after ${bytes} of ${all} bytes`, { cause: error })
    }
    return { bytes, sha256: hash.digest('hex') }
  } catch (error) {
    throw stall.signal.aborted ? (stall.signal.reason as Error) : error
  } finally {
    clearTimeout(timer)
    clearInterval(floor)
    client.dispose()
  }
}

const tooSlow = (bytes: number, { windowMs, leastBytes }: DownloadLimits): Error =>
  new Error(`it is too slow to end: ${bytes} bytes in ${windowMs} ms, where ${leastBytes} are the least`)

/** Final statuses become a Failure, others an error that is worth another try. */
const checkStatus = (response: IncomingMessage, url: string, ifMissing: string): void => {
  const status = response.statusCode ?? 0
  if (status === 200) return
  response.destroy()
  if (status === 429 || status >= 500) throw new Error(`the server answers ${status}`)
  throw new Failure({
    what: `cannot download ${publicUrl(url)}`,
    why: `the server answers ${status}${response.statusMessage ? ` ${response.statusMessage}` : ''}`,
    next:
      status === 404 || status === 410
        ? ifMissing
        : 'check download-base-url, and that the runner may read it',
  })
}

const contentLength = ({ headers }: IncomingMessage): number | undefined => {
  // Of an encoded body the length is another one than that of the bytes which arrive.
  if (headers['content-encoding']) return undefined
  const length = headers['content-length']
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined
}

/** Errors of the runner's own disk: the network's have none of these codes. */
const isDiskError = (error: unknown): error is NodeJS.ErrnoException =>
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EFBIG', 'ENOENT', 'ENOTDIR'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  )

const unwritable = (url: string, path: string, cause: NodeJS.ErrnoException): Failure =>
  new Failure({
    what: `cannot keep the download of ${publicUrl(url)} on the runner`,
    why: `writing ${path} fails with ${cause.code}`,
    next: 'free some space there, or point RUNNER_TOOL_CACHE to another folder',
    cause,
  })

const tooLarge = (url: string, bytes: number): Failure =>
  new Failure({
    what: `cannot download ${publicUrl(url)}`,
    why: `it is too large for an etcd release (${bytes} bytes or more)`,
    next: 'check download-base-url',
  })
