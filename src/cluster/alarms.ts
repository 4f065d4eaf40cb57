import type { AlarmEntry } from './answers.js'
import { DIVERGED_NEXT } from './divergence.js'

interface AlarmWords {
  /** What it means, a clause. */
  readonly meaning: string
  /** What to do, a clause, in the order that works. */
  readonly next: string
}

/** As tried on real clusters; any other order is refused, or raises the alarm anew with the next write. */
const WORDS: Readonly<Record<string, AlarmWords>> = {
  NOSPACE: {
    meaning: 'its database has reached the quota and the cluster takes no writes',
    next:
      'with etcdctl on one member, in this order: delete what is not needed (deletes still work), compact to the revision that endpoint status tells, ' +
      'defrag every member, one after the other, the leader last, then alarm disarm; where nothing can be deleted, stop what writes, run ' +
      'alarm disarm and deploy with a larger --quota-backend-bytes in etcd-args',
  },
  CORRUPT: {
    meaning: 'its data differs from that of the other members',
    next: DIVERGED_NEXT,
  },
}

/** What an alarm means; empty for one that is not known. */
export const alarmMeaning = (alarm: string): string => WORDS[alarm]?.meaning ?? ''

/** What to do about an alarm. */
export const alarmAdvice = (alarm: string): string =>
  WORDS[alarm]?.next ??
  'look at the journal of that member, and run etcdctl alarm disarm once the cause is gone'

/**
 * Alarms in what members complain of in their status: `memberID:11417610130673999598 alarm:NOSPACE`; protobuf's text form, whose blanks
 * are not fixed (server/etcdserver/api/v3rpc/maintenance.go Status). Every member tells those of all: each of them once, ordered.
 */
export const alarmsOf = (errors: readonly string[]): readonly AlarmEntry[] => [
  ...new Map(
    errors
      .flatMap(alarmIn)
      .map((entry) => [`${entry.memberId} ${entry.alarm}`, entry] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ).values(),
]

/** One whose kind protobuf does not know has its number. */
const alarmIn = (text: string): readonly AlarmEntry[] => {
  const [, id, alarm] =
    /^\s*memberID:\s{0,4}(\d{1,20})\s{1,4}alarm:\s{0,4}([A-Z]+|\d{1,9})\s*$/.exec(text) ?? []
  if (id === undefined || alarm === undefined || alarm === 'NONE') return []
  return [{ memberId: BigInt(id).toString(16), alarm: /^\d/.test(alarm) ? `alarm ${alarm}` : alarm }]
}
