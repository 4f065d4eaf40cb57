import type { Observed } from '../cluster/observed.js'
import { Failure } from '../failure.js'
import { describeFinding } from '../plan/blocked.js'
import { alarmFindings } from '../plan/checks/alarms.js'
import { decide } from './decide.js'
import { lookAtHosts } from './look.js'
import type { Run } from '../run/run.js'
import { withSessions } from '../run/sessions.js'

/**
 * Says what `deploy` would do, and gives the digest that a later `deploy` can insist on. Changes nothing and holds no lock: what
 * another run does meanwhile shows in the digest. Throws Failure where `deploy` would refuse, or end with an unhealthy cluster.
 */
export const plan = (run: Run): Promise<void> =>
  withSessions(run, async (sessions) => {
    const observed = await lookAtHosts(run, sessions)
    await run.part('Plan', () => Promise.resolve(decide(run, observed)))
    mustBeWithoutAlarms(observed)
  })

/** A deploy that restarts nothing goes on under an alarm, and ends with a cluster that is not healthy: so the plan says so. */
const mustBeWithoutAlarms = ({ cluster }: Observed): void => {
  const findings = alarmFindings(cluster)
  if (findings.length === 0) return
  throw new Failure({
    what: 'the cluster is not healthy, and would not be after a deploy',
    state: 'nothing was changed on any host',
    next: 'put right what is listed here, then run again',
    each: findings.map(describeFinding),
  })
}
