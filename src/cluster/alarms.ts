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
 * Alarms in what a member complains of in its status: `memberID:11417610130673999598 alarm:NOSPACE`; protobuf's text form, whose blanks
 * are not fixed (server/etcdserver/api/v3rpc/maintenance.go Status). Every member tells those of all.
 */
export const alarmsIn = (errors: readonly string[]): readonly AlarmEntry[] =>
  errors.flatMap((text) => {
    const [, id, alarm] = /^\s*memberID:\s{0,4}(\d{1,20})\s{1,4}alarm:\s{0,4}([A-Z]+)\s*$/.exec(text) ?? []
    return id === undefined || alarm === undefined || alarm === 'NONE'
      ? []
      : [{ memberId: BigInt(id).toString(16), alarm }]
  })
