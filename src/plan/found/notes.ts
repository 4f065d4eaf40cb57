import type { Desired } from '../../cluster/desired.js'
import type { Observed } from '../../cluster/observed.js'
import { hostOf } from '../evidence.js'
import { dormantOthers, inTheWay, runningOthers } from './others.js'

/** The etcds that are on the hosts besides the members, and stay as they are: whoever reads the plan may not know of them. */
export const othersNotes = (desired: Desired, observed: Observed): readonly string[] =>
  desired.members.flatMap((member) => {
    const host = hostOf(observed, member)
    return [
      ...runningOthers(desired, member, host).filter((other) => !inTheWay(other)),
      ...dormantOthers(desired, member, host),
    ].map(({ name }) => `${member.name}: also here: ${name}; left alone`)
  })
