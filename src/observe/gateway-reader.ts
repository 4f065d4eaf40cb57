import type { Agent } from 'node:http'
import type { Answer, MemberListReply, StatusEntry } from '../cluster/answers.js'
import { parseGatewayStatus, parseMemberList } from '../etcd/responses.js'
import { sentenceOf, withoutStop } from '../failure.js'
import { gatewayPost } from './gateway-post.js'

/** What one member says over a kept connection: a few milliseconds, where etcdctl is a process each time. None of them rejects. */
export interface GatewayReader {
  /** Answered by the member alone (etcd server/etcdserver/api/v3rpc/maintenance.go). */
  status(timeoutMs: number): Promise<Answer<StatusEntry>>
  members(timeoutMs: number): Promise<Answer<MemberListReply>>
}

/**
 * Reads from the JSON gateway of the member at the client URL `endpoint`. Where it is switched off, or authentication keeps it from
 * answering, etcdctl has to be asked.
 */
export const gatewayReader = (agent: Agent, endpoint: string): GatewayReader => {
  const post = gatewayPost(agent, endpoint)
  const ask = async <T>(
    path: string,
    body: object,
    timeoutMs: number,
    read: (text: string) => T,
  ): Promise<Answer<T>> => {
    try {
      return { ok: true, value: read(await post(path, body, timeoutMs)) }
    } catch (error) {
      return { ok: false, reason: withoutStop(sentenceOf(error)) }
    }
  }
  return {
    status: (timeoutMs) =>
      ask('/v3/maintenance/status', {}, timeoutMs, (text) => parseGatewayStatus(text, endpoint)),
    members: (timeoutMs) => ask('/v3/cluster/member/list', {}, timeoutMs, parseMemberList),
  }
}
