import type { Agent } from 'node:http'
import { gatewayPost, jsonFields } from './gateway-post.js'

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
  const post = gatewayPost(agent, endpoint)
  return {
    grant: async (seconds) => {
      const { ID } = jsonFields(await post('/v3/lease/grant', { TTL: String(seconds) }))
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
