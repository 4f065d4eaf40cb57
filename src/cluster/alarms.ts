import type { AlarmEntry } from './answers.js'
import { DIVERGED_NEXT } from './divergence.js'

interface AlarmWords {
  /** What it means, a clause. */
  readonly meaning: string
  /** The same where it names no member. */
  readonly ofNobody?: string
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
    ofNobody: 'the data of its members differs, and etcd cannot tell whose is right',
    next: DIVERGED_NEXT,
  },
}

/** What an alarm means; empty for one that is not known. */
export const alarmMeaning = ({ alarm, memberId }: AlarmEntry): string => {
  const { meaning = '', ofNobody = meaning } = WORDS[alarm] ?? {}
  return memberId === '' ? ofNobody : meaning
}

/** "the alarm CORRUPT: its data differs from ...". */
export const describeAlarm = (entry: AlarmEntry): string =>
  [`the alarm ${entry.alarm}`, alarmMeaning(entry)].filter(Boolean).join(': ')

/** What to do about an alarm. */
export const alarmAdvice = (alarm: string): string =>
  WORDS[alarm]?.next ??
  'look at the journal of that member, and run etcdctl alarm disarm once the cause is gone'

/**
 * Alarms in what members complain of in their status: `memberID:11417610130673999598 alarm:NOSPACE`; protobuf's text form, whose blanks
 * are not fixed (server/etcdserver/api/v3rpc/maintenance.go Status). Every member tells those of all: each of them once, ordered. A check for
 * corruption that knows of no culprit names member 0 (server/etcdserver/corrupt.go, 3.4.23, 3.5.7), which that form leaves out: `alarm:CORRUPT`.
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
  const alarm = /\balarm:\s{0,4}([A-Za-z]\w{0,63}|\d{1,9})/.exec(text)?.[1]
  const id = /\bmemberID:\s{0,4}(\d{1,20})/.exec(text)?.[1]
  if (alarm === undefined || alarm === 'NONE') return []
  const memberId = id === undefined || /^0+$/.test(id) ? '' : BigInt(id).toString(16)
  return [{ memberId, alarm: /^\d/.test(alarm) ? `alarm ${alarm}` : alarm }]
}
