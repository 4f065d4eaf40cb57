import { request, type Agent } from 'node:http'

/** How long one request may take; etcd itself gives up after 7 s (server config, ReqTimeout). */
const REQUEST_MS = 10_000

/** No answer of etcd's to what we ask is longer, characters. */
const MOST_CHARACTERS = 4 * 1024 * 1024

/** Posts `body` to a path within `timeoutMs` and gives the answer's text; rejects with an Error of one sentence. */
export type GatewayPost = (path: string, body: object, timeoutMs?: number) => Promise<string>

/** etcd's JSON gateway of the member at the client URL `endpoint`, through connections of `agent`. */
export const gatewayPost =
  (agent: Agent, endpoint: string): GatewayPost =>
  (path, body, timeoutMs = REQUEST_MS) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body)
      const call = request(new URL(path, endpoint), {
        agent,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
      })
      const timer = setTimeout(
        () => call.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
        timeoutMs,
      )
      call.once('close', () => clearTimeout(timer))
      call.once('error', reject)
      call.once('response', (response) => {
        let answer = ''
        response.setEncoding('utf8').on('data', (piece: string) => {
          answer += piece
          if (answer.length <= MOST_CHARACTERS) return
          reject(new Error(`it answers with more than ${MOST_CHARACTERS} characters`))
          call.destroy()
        })
        response.once('error', reject)
        response.once('end', () => {
          const { statusCode = 0 } = response
          if (statusCode === 404) reject(new Error('its JSON gateway is switched off'))
          else if (statusCode !== 200) reject(new Error(messageOf(answer) || `HTTP status ${statusCode}`))
          else resolve(answer)
        })
      })
      call.end(text)
    })

/** The fields of a JSON object; none where the text is not one. */
export const jsonFields = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** 3.4 and 3.5 say `error`, 3.6 and later `message` only. */
const messageOf = (text: string): string => {
  const { error, message } = jsonFields(text)
  if (typeof error === 'string') return error
  return typeof message === 'string' ? message : ''
}
