import { describeDivergence, DIVERGED, DIVERGED_NEXT } from '../cluster/divergence.js'
import type { Observed } from '../cluster/observed.js'
import { blocked } from './blocked.js'
import type { Plan } from './plan.js'

/**
 * The refusal of any change where the members of the cluster hold different data: whatever is restarted, renewed or replaced there
 * may be the copy that is right. undefined where they are not known to.
 */
export const refusalOfDivergence = ({ cluster }: Observed): Plan | undefined =>
  cluster?.divergence &&
  blocked(DIVERGED, {
    findings: [
      { member: 'the cluster', problem: describeDivergence(cluster.divergence), next: DIVERGED_NEXT },
    ],
  })
