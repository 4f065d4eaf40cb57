import { decide } from './decide.js'
import { lookAtHosts } from './look.js'
import type { Run } from './run.js'
import { withSessions } from './sessions.js'

/**
 * Says what `deploy` would do, and gives the digest that a later `deploy` can insist on. Changes nothing and holds no lock: what
 * another run does meanwhile shows in the digest. Throws Failure where `deploy` would refuse.
 */
export const plan = (run: Run): Promise<void> =>
  withSessions(run, async (sessions) => {
    const observed = await lookAtHosts(run, sessions)
    await run.part('Plan', () => Promise.resolve(decide(run, observed)))
  })
