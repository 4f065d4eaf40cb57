import { count } from '../../cluster/count.js'
import type { UpgradePlan } from '../plan.js'
import type { MemberChange } from './member.js'

export interface SummaryFacts {
  readonly clusterId: string | undefined
  readonly changes: readonly MemberChange[]
  readonly rolling: readonly MemberChange[]
  readonly upgrade: UpgradePlan | undefined
}

/** A change in one line: "bring cluster abc from 3.5.16 to 3.5.30: restart 3 of 3 members, one at a time". */
export const summaryOf = ({ clusterId, changes, rolling, upgrade }: SummaryFacts): string => {
  const cluster = clusterId === undefined || clusterId === '' ? 'the cluster' : `cluster ${clusterId}`
  const old = [...new Set(upgrade?.from.map(({ version }) => version || 'an unknown version'))]
  const from = old.filter((version) => version !== upgrade?.to).join(', ')
  const verb = upgrade === undefined ? `change ${cluster}` : `bring ${cluster} from ${from} to ${upgrade.to}`
  const number = (of: (change: MemberChange) => readonly string[]): number =>
    changes.filter((change) => of(change).length > 0).length
  const hot = [
    ...counted(
      number(({ renew }) => renew),
      'renew the certificate of',
      'member',
    ),
    ...counted(
      number(({ correct }) => correct),
      'correct',
      'host',
    ),
    ...counted(
      number(({ tools }) => tools),
      'put the tools right on',
      'host',
    ),
  ]
  const restarts =
    rolling.length === 0
      ? []
      : [
          `restart ${rolling.length} of ${changes.length} members${rolling.length === 1 ? '' : ', one at a time'}`,
        ]
  const parts = [...restarts, ...hot]
  return `${verb}: ${parts.join(', ')}${restarts.length === 0 ? ', without a restart' : ''}`
}

const counted = (number: number, verb: string, noun: string): readonly string[] =>
  number === 0 ? [] : [`${verb} ${count(number, noun)}`]
