import type { IncomingMessage } from 'node:http'
import type { HttpClient } from '@actions/http-client'

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]
const MAX_REDIRECTS = 5

/** A URL without the user and password it may hold: for messages. */
export const publicUrl = (url: string): string => url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1')

/**
 * The response of a GET, redirects followed (http-client's own way of doing so fails on relative ones). User and password
 * of the URL are sent to its own host and port only. Rejects with the signal's reason when it is aborted; the request
 * itself then ends by the client's socket timeout.
 */
export const httpGet = async (
  client: HttpClient,
  url: string,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  let address = new URL(url)
  const authorization = authorizationOf(address)
  const { host } = address
  for (let redirects = 0; ; redirects++) {
    const headers =
      authorization !== undefined && address.host === host ? { Authorization: authorization } : {}
    const message = await getOnce(client, publicUrl(address.href), headers, signal)
    const { location } = message.headers
    if (!REDIRECTS.includes(message.statusCode ?? 0) || location === undefined) return message
    message.destroy()
    const next = new URL(location, address)
    if (redirects >= MAX_REDIRECTS) throw new Error(`more than ${MAX_REDIRECTS} redirects`)
    if (address.protocol === 'https:' && next.protocol !== 'https:') {
      throw new Error(`it is redirected from https to ${publicUrl(next.href)}`)
    }
    address = next
  }
}

const getOnce = async (
  client: HttpClient,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  signal.throwIfAborted()
  const request = client.get(url, headers).then(({ message }) => {
    if (signal.aborted) message.destroy()
    return message
  })
  let onAbort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([request, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    // Nobody waits for it after an abort.
    request.catch(() => undefined)
  }
}

const authorizationOf = ({ username, password }: URL): string | undefined => {
  if (username === '' && password === '') return undefined
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
