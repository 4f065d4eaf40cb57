import type { V2Fact } from '../../cluster/observed.js'
import { SOUND } from './rules.js'

/** What the data of the v2 API means for an upgrade from 3.5 to 3.6: a refusal with the way out, or what to say with the plan. */
export type V2Judgement =
  { readonly refusal: string; readonly next: string } | { readonly notes: readonly string[] }

/**
 * etcd 3.6 panics at its start where the v2 store holds anything, and where the log behind the latest raft snapshot holds a
 * request of the v2 API, be it a mere /health of 3.4 (etcd issues 20809, 21849; docs/v3.6/upgrades/upgrade_3_6). A raft snapshot that is
 * newer than the request takes it out of the log. `members`: those that still run 3.5.
 */
export const judgeV2 = (
  facts: readonly V2Fact[],
  members: readonly { readonly member: string; readonly version: string }[],
): V2Judgement => {
  const found = facts.filter(({ kind }) => kind === 'found')
  if (found.length > 0) {
    const inStore = found.some(({ reason }) => /v2store/.test(reason))
    return {
      refusal:
        `${list(found)} holds data of the v2 API, on which etcd 3.6 does not start ` +
        `(etcdutl check v2store: ${[...new Set(found.map(({ reason }) => reason))].join('; ')})`,
      next: inStore
        ? `delete the keys of the v2 API on 3.5 (ETCDCTL_API=2 etcdctl ls --recursive shows them), then ${NEW_SNAPSHOT}`
        : NEW_SNAPSHOT,
    }
  }
  const told = facts.map(({ member }) => member)
  const unasked = members.filter(({ member }) => !told.includes(member))
  const unread = facts.filter(({ kind }) => kind === 'unread-log')
  const unknown = [
    ...facts.filter(({ kind }) => kind === 'unknown'),
    ...unasked.map(({ member }) => ({ member, reason: 'nothing was looked at' })),
  ]
  return {
    notes: [
      ...(unread.length === 0
        ? []
        : [
            `${list(unread)}: no data of the v2 API in the store, but whether the log holds a request of it (each /health that 3.4 answered is one) only etcdutl of 3.5.32 or later can tell; 3.6 does not start on it: if in doubt, ${SOUND_FIRST}`,
          ]),
      ...(unknown.length === 0
        ? []
        : [
            `${list(unknown)}: whether there is data of the v2 API, on which 3.6 does not start, could not be told (${[...new Set(unknown.map(({ reason }) => reason))].join('; ')}): if in doubt, ${SOUND_FIRST}`,
          ]),
    ],
  }
}

/** etcd writes a raft snapshot once more entries than that were applied; the writes of the canary are enough. */
const NEW_SNAPSHOT =
  'deploy the version that runs now with etcd-args: --snapshot-count=1, which makes every member write a new raft snapshot, then deploy this version without it'

const SOUND_FIRST = `deploy ${SOUND['3.5']} first, with which the next plan can tell`

const list = (facts: readonly { readonly member: string }[]): string =>
  facts.map(({ member }) => member).join(', ')
