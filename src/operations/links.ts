import type { EndpointHealth } from '../cluster/health.js'
import { deadLinks, type PeersTold } from '../cluster/links.js'
import { Failure } from '../failure.js'
import { activePeersOf } from '../observe/peer-links.js'
import type { HostSession } from '../ssh/port.js'
import { pause } from '../time/abort.js'
import { formatDuration } from '../time/duration.js'
import type { Run } from '../run/run.js'

const METRICS_MS = 3000
const LOOK_EVERY_MS = 250
/** A member that was started a moment ago needs some time, and a link that is lost in silence some to be known as lost. */
const PATIENCE_MS = 5000

/**
 * Does every member have live connections of its own to all others? To be asked where the cluster is known to be healthy: it may be, with
 * members that reach each other through a third one only, and then loses its quorum with that one. `strict`: after a change, where it throws
 * Failure if they are not up within `health-timeout`; else they are warned of. A member that does not tell is said, and not waited for.
 * `first`: what they told already (see peersTold).
 */
export const checkLinks = async (
  run: Run,
  sessions: readonly HostSession[],
  { strict, first }: { readonly strict: boolean; readonly first?: Promise<readonly PeersTold[]> | undefined },
): Promise<void> => {
  const endpoints = run.progress.verdict?.endpoints ?? []
  if (endpoints.length < 2) return
  const { timeoutMs } = run.inputs.desired.health
  const end = performance.now() + (strict ? timeoutMs : Math.min(timeoutMs, PATIENCE_MS))
  for (let told = await first; ; told = undefined) {
    told ??= await peersTold(endpoints, sessions)
    const dead = deadLinks(told)
    if (dead.length === 0 || performance.now() + LOOK_EVERY_MS > end) return conclude(run, told, dead, strict)
    await pause(LOOK_EVERY_MS, run.signal)
  }
}

/** What each member tells of its links; never rejects. */
export const peersTold = (
  endpoints: readonly EndpointHealth[],
  sessions: readonly HostSession[],
): Promise<readonly PeersTold[]> =>
  Promise.all(
    endpoints.map(async ({ name, memberId }) => {
      const session = sessions.find(({ member }) => member === name)
      return { name, memberId, peers: session && (await activePeersOf(session, METRICS_MS)) }
    }),
  )

const conclude = (
  run: Run,
  told: readonly PeersTold[],
  dead: ReturnType<typeof deadLinks>,
  strict: boolean,
): void => {
  const silent = told.filter(({ peers }) => peers === undefined).map(({ name }) => name)
  if (silent.length > 0) {
    run.ci.info(
      `whether ${silent.join(', ')} can open connections to the other members is not known: no metrics at port 2381`,
    )
  }
  if (dead.length === 0) return
  const clauses = dead.map(({ from, to }) => `${from} has no live connection of its own to ${to.join(', ')}`)
  const next =
    'look in its journal for "dial", and at firewalls and routes from it to their peer port and at a proxy in its environment'
  if (!strict) {
    for (const clause of clauses) run.ci.warning(`${clause}: ${next}`)
    return
  }
  throw new Failure({
    what: `not every member can reach every other one after ${formatDuration(run.inputs.desired.health.timeoutMs)}`,
    why: clauses.join('; '),
    state: 'every endpoint is healthy, but not all of them stay so when a member is down',
    next,
    member: dead[0]?.from,
  })
}
