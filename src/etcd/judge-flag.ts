import type { EtcdFlag } from '../cluster/desired.js'
import { minorOf } from '../cluster/version.js'
import { type FlagRule, rulesOf } from './flag-judgements.js'
import { whyNoFlag } from './known-flags.js'
import { ownedFlags } from './owned-flags.js'
import { replacedLater, unknownTo } from './upgrade/flags.js'

/** What is to be said of a flag: a clause that follows it, and whether it stops the run. */
export interface FlagJudgement {
  readonly verdict: FlagRule['verdict']
  readonly says: string
  /** It is said of the value, not of the flag as such. */
  readonly ofValue: boolean
}

/**
 * What is to be said of a flag that etcd-args ask for; undefined where nothing is. `version`: X.Y.Z that is to run it; empty where that is
 * not known yet, and a flag is then judged by what it does alone.
 */
export const judgeFlag = (version: string, flag: EtcdFlag): FlagJudgement | undefined => {
  const owner = ownedFlags[flag.name]
  if (owner !== undefined) return { verdict: 'refused', says: ownedBy(owner), ofValue: false }
  const rules = rulesOf(flag.name).filter(({ of }) => of === undefined || of(flag.value))
  const worst = rules.find(({ verdict }) => verdict === 'refused') ?? rules[0]
  if (worst?.verdict === 'refused') return judged(worst)
  const absent = version === '' ? undefined : whyAbsent(version, flag)
  if (absent !== undefined) return { verdict: 'refused', says: absent, ofValue: false }
  if (worst !== undefined) return judged(worst)
  const later = version === '' ? undefined : replacedLater(version, flag)
  return later === undefined || !takes(version, later.instead)
    ? undefined
    : {
        verdict: 'warned',
        says: `is gone with ${later.since}: write ${later.instead} instead`,
        ofValue: false,
      }
}

const judged = ({ verdict, says, of }: FlagRule): FlagJudgement => ({
  verdict,
  says,
  ofValue: of !== undefined,
})

const ownedBy = (owner: string): string =>
  `is set by the input${owner.includes(' and ') ? 's' : ''} ${owner}; set it there`

/** Why a release would end at once with that flag, and what to write instead; undefined where it is not known to. */
export const whyAbsent = (version: string, flag: EtcdFlag): string | undefined => {
  const unknown = unknownTo(version, flag)
  if (unknown !== undefined) {
    const { why, use } = unknown
    return `is not known to etcd ${version} (${why})${use === '' ? earlierName(version, flag) : `: ${use}`}`
  }
  const absent = whyNoFlag(version, flag.name)
  return absent && `${absent}${earlierName(version, flag)}`
}

/** Many a flag was experimental before it had its name. */
const earlierName = (version: string, { name }: EtcdFlag): string => {
  const earlier = `experimental-${name}`
  return hasFlag(version, earlier) ? `: use --${earlier}` : ''
}

const hasFlag = (version: string, name: string): boolean =>
  minorOf(version) !== '' &&
  whyNoFlag(version, name) === undefined &&
  unknownTo(version, { name, value: '' }) === undefined

/** Does the release take this flag already? */
const takes = (version: string, instead: string): boolean => {
  const name = /^--([a-z0-9-]+)/.exec(instead)?.[1]
  return name !== undefined && hasFlag(version, name)
}
