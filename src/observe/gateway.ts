import { request, type Agent } from 'node:http'

/** How long one request may take; etcd itself gives up after 7 s (server config, ReqTimeout). */
const REQUEST_MS = 10_000

/** Leased writes through one member; every call rejects with an Error of one sentence. */
export interface LeasedWriter {
  /** Gives the lease's id, in the writer's own notation. */
  grant(seconds: number): Promise<string>
  put(key: string, value: string, lease: string): Promise<void>
  /** Deletes the lease's keys too. */
  revoke(lease: string): Promise<void>
}

/**
 * etcd's JSON gateway of the member at the client URL `endpoint`, through connections of `agent` (api/etcdserverpb/rpc.proto,
 * google.api.http: bytes in base64, 64-bit numbers as text).
 */
export const gatewayWriter = (agent: Agent, endpoint: string): LeasedWriter => {
  const post = (path: string, body: object): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body)
      const call = request(new URL(path, endpoint), {
        agent,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
      })
      const timer = setTimeout(
        () => call.destroy(new Error(`no answer within ${REQUEST_MS / 1000} s`)),
        REQUEST_MS,
      )
      call.once('close', () => clearTimeout(timer))
      call.once('error', reject)
      call.once('response', (response) => {
        let answer = ''
        response.setEncoding('utf8').on('data', (piece: string) => (answer += piece))
        response.once('error', reject)
        response.once('end', () => {
          const { statusCode = 0 } = response
          if (statusCode === 404) reject(new Error('its JSON gateway is switched off'))
          else if (statusCode !== 200) reject(new Error(messageOf(answer) || `HTTP status ${statusCode}`))
          else resolve(fieldsOf(answer))
        })
      })
      call.end(text)
    })
  return {
    grant: async (seconds) => {
      const { ID } = await post('/v3/lease/grant', { TTL: String(seconds) })
      if (typeof ID !== 'string' || !/^-?\d+$/.test(ID)) throw new Error('the answer names no lease')
      return ID
    },
    put: async (key, value, lease) => {
      await post('/v3/kv/put', { key: base64(key), value: base64(value), lease })
    },
    revoke: async (lease) => {
      await post('/v3/lease/revoke', { ID: lease })
    },
  }
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

const fieldsOf = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** 3.4 and 3.5 say `error`, 3.6 and later `message` only. */
const messageOf = (text: string): string => {
  const { error, message } = fieldsOf(text)
  if (typeof error === 'string') return error
  return typeof message === 'string' ? message : ''
}
