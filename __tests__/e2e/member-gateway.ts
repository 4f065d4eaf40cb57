import { Agent, request } from 'node:https'

/** What a client needs to trust the members, and to be let in. PEM. */
export interface ClientTls {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** Asks the JSON gateway of one member; rejects where there is no good answer in time. */
export type Ask = (path: string, body: object) => Promise<Record<string, unknown>>

export interface Gateway {
  readonly ask: Ask
  close(): void
}

const MAX_ANSWER_MS = 1000

/**
 * A client of the member at `address` that shares no code with the action. `keepAlive: false`: a connection for each question, as
 * one that was open before the member restarted would tell of the past.
 */
export const memberGateway = (
  address: string,
  tls: ClientTls,
  { keepAlive = true, timeoutMs = MAX_ANSWER_MS } = {},
): Gateway => {
  const agent = new Agent({ ...tls, keepAlive, maxSockets: 4 })
  const ask: Ask = (path, body) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body)
      const call = request(
        { host: address, port: 2379, path, method: 'POST', agent, signal: AbortSignal.timeout(timeoutMs) },
        (response) => {
          let answer = ''
          response.setEncoding('utf8').on('data', (piece: string) => (answer += piece))
          response.once('error', reject)
          response.once('end', () =>
            response.statusCode === 200
              ? resolve(JSON.parse(answer) as Record<string, unknown>)
              : reject(new Error(`status ${response.statusCode}: ${answer}`)),
          )
        },
      )
      call.once('error', reject)
      call.end(text)
    })
  return { ask, close: () => agent.destroy() }
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
export const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString()
