import type { HashKvEntry, HealthEntry, MemberListReply, StatusEntry } from '../cluster/answers.js'
import {
  type Fields,
  decimalOf,
  fieldsOf,
  hexIdOf,
  isFields,
  listOf,
  numberOf,
  parseExactJson,
  textOf,
  textsOf,
  unreadable,
} from './exact-json.js'
import { parseGoDuration } from './go-duration.js'

/*
 * Readers of `etcdctl -w json`, 3.4 to 3.7. etcdctl writes Go structs: zero, false and empty fields are left out, enums are
 * numbers, and naming styles mix. All readers take stdout alone (stderr holds log lines) and throw Failure where it is
 * not what etcdctl writes.
 */

/** `endpoint health`: one row an endpoint, in no order (etcdctl/ctlv3/command/ep_command.go, epHealth). */
export const parseEndpointHealth = (stdout: string): HealthEntry[] =>
  rowsOf(stdout, 'endpoint health').map((row) => {
    const took = textOf(row['took'])
    return {
      endpoint: textOf(row['endpoint']),
      healthy: row['health'] === true,
      took,
      tookMs: parseGoDuration(took),
      error: textOf(row['error']).trim(),
      cause: '',
    }
  })

/** `endpoint status`: endpoints that failed are left out (api/etcdserverpb/rpc.proto, StatusResponse). */
export const parseEndpointStatus = (stdout: string): StatusEntry[] =>
  rowsOf(stdout, 'endpoint status').map((row) => statusOf(textOf(row['Endpoint']), fieldsOf(row['Status'])))

/** The same of one member's JSON gateway, which writes numbers as text and no endpoint. */
export const parseGatewayStatus = (text: string, endpoint: string): StatusEntry => {
  const status = statusOf(endpoint, replyOf(text, 'endpoint status'))
  if (status.memberId === '' || status.version === '') throw unreadable('endpoint status', text)
  return status
}

const statusOf = (endpoint: string, status: Fields): StatusEntry => {
  const header = fieldsOf(status['header'])
  const downgrade = fieldsOf(status['downgradeInfo'])
  return {
    endpoint,
    clusterId: hexIdOf(header['cluster_id']),
    memberId: hexIdOf(header['member_id']),
    revision: decimalOf(header['revision']),
    version: textOf(status['version']),
    dbSize: numberOf(status['dbSize']) ?? 0,
    dbSizeInUse: numberOf(status['dbSizeInUse']) ?? 0,
    dbSizeQuota: numberOf(status['dbSizeQuota']),
    leader: hexIdOf(status['leader']),
    raftIndex: decimalOf(status['raftIndex']),
    raftAppliedIndex: decimalOf(status['raftAppliedIndex']),
    raftTerm: decimalOf(status['raftTerm']),
    isLearner: status['isLearner'] === true,
    storageVersion: textOf(status['storageVersion']),
    ...(downgrade['enabled'] === true ? { downgradeTo: textOf(downgrade['targetVersion']) } : {}),
    errors: textsOf(status['errors']),
  }
}

/** `member list`: a member without a name was added but never started. */
export const parseMemberList = (stdout: string): MemberListReply => {
  const reply = replyOf(stdout, 'member list')
  // No cluster is without members: an answer that names none was written by something else.
  if (!Array.isArray(reply['members'])) throw unreadable('member list', stdout)
  const header = fieldsOf(reply['header'])
  return {
    clusterId: hexIdOf(header['cluster_id']),
    memberId: hexIdOf(header['member_id']),
    members: listOf(reply['members']).map((member) => ({
      id: hexIdOf(member['ID']),
      name: textOf(member['name']),
      peerUrls: textsOf(member['peerURLs']),
      clientUrls: textsOf(member['clientURLs']),
      isLearner: member['isLearner'] === true,
    })),
  }
}

/**
 * `endpoint hashkv`: what the member says of its own keys. `revision`: the newest it has; `hashRevision`: the one that was hashed,
 * "0" before 3.6, which does not tell. All decimal text.
 */
export const parseEndpointHashKv = (stdout: string): HashKvEntry[] =>
  rowsOf(stdout, 'endpoint hashkv').map((row) => {
    const reply = fieldsOf(row['HashKV'])
    const header = fieldsOf(reply['header'])
    return {
      endpoint: textOf(row['Endpoint']),
      memberId: hexIdOf(header['member_id']),
      revision: decimalOf(header['revision']),
      hash: decimalOf(reply['hash']),
      compactRevision: decimalOf(reply['compact_revision']),
      hashRevision: decimalOf(reply['hash_revision']),
    }
  })

/** `lease grant`: the lease's id in hex, as etcdctl takes it back. */
export const parseLeaseGrant = (stdout: string): string => {
  const reply = replyOf(stdout, 'lease grant')
  const id = hexIdOf(reply['ID'] ?? reply['id'])
  if (id === '') throw unreadable('lease grant', stdout)
  return id
}

const rowsOf = (stdout: string, what: string) => {
  const rows = parseExactJson(stdout, what)
  if (rows === null) return []
  if (!Array.isArray(rows) || !rows.every(isFields)) throw unreadable(what, stdout)
  return rows
}

const replyOf = (stdout: string, what: string) => {
  const reply = parseExactJson(stdout, what)
  if (!isFields(reply)) throw unreadable(what, stdout)
  return reply
}
