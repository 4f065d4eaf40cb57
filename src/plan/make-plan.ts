import type { Desired } from '../cluster/desired.js'
import type { Observed } from '../cluster/observed.js'
import { whyAbsent } from '../etcd/judge-flag.js'
import { blocked } from './blocked.js'
import { planBootstrap } from './bootstrap.js'
import { planChange } from './change/change.js'
import { refusalOfDivergence } from './divergence.js'
import { refusalOf } from './refusal.js'
import { releaseMeant } from './release-meant.js'
import { judgeSituation } from './situation.js'
import { withBegunToken, withKeptFlags } from './token-meant.js'

import type { Finding, Plan, PlanOptions } from './plan.js'

/** A plan, and what it was made for. */
export interface PlanFor {
  readonly plan: Plan
  /** What the inputs ask for, with all that they leave out filled in; where the plan is blocked, as far as it is known. */
  readonly desired: Desired
  /** What was filled in, as lines for the log. */
  readonly says: readonly string[]
}

/**
 * What is to be done, from what is asked for and what was seen; pure, the same for the same arguments. Throws Failure where
 * the inputs contradict each other.
 */
export const makePlan = (asked: Desired, observed: Observed, options: PlanOptions): Plan =>
  planFor(asked, observed, options).plan

/** The same, with what the inputs leave out filled in from what was seen. */
export const planFor = (asked: Desired, observed: Observed, { now }: PlanOptions): PlanFor => {
  const begun = withBegunToken(asked, observed)
  const situation = judgeSituation(begun, observed)
  const stop = (plan: Plan): PlanFor => ({ plan, desired: begun, says: [] })
  if (situation.kind === 'mixed') return stop(blocked(situation.summary, { findings: situation.findings }))
  const refusal = refusalOf(begun, observed, situation) ?? refusalOfDivergence(observed)
  if (refusal !== undefined) return stop(refusal)
  const meant = releaseMeant(begun, observed, situation.kind)
  if (!meant.ok) {
    return stop(blocked('version is left out, and it cannot be told which one is meant', meant))
  }
  const { release, says } = meant
  const absent = absentFlags(asked, release.version)
  if (absent.length > 0) {
    return stop(blocked(`etcd ${release.version} would not start with etcd-args`, { findings: absent }))
  }
  if (situation.kind === 'existing') {
    const desired = { ...withKeptFlags(begun, asked, observed), release }
    return { plan: planChange(desired, observed, { now }), desired, says: says === '' ? [] : [says] }
  }
  const desired = { ...begun, release }
  const plan = planBootstrap(desired, observed, now, situation.kind)
  return { plan, desired, says: says === '' ? [] : [says] }
}

/** The inputs were held against the release where `version` names it; one that is left out is known only now. */
const absentFlags = ({ etcd, release }: Desired, version: string): readonly Finding[] =>
  release.version !== ''
    ? []
    : etcd.args.flatMap((flag) => {
        const why = whyAbsent(version, flag)
        return why === undefined
          ? []
          : [{ member: 'etcd-args', problem: `--${flag.name} ${why}`, next: 'correct it, or leave it out' }]
      })
