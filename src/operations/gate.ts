import type { EndpointHealth, HealthVerdict } from '../cluster/health.js'
import { judge } from '../cluster/verdict.js'
import { Failure } from '../failure.js'
import { type HealthProbe, probeHealth } from '../observe/health.js'
import { waitHealthy } from '../observe/wait-healthy.js'
import { formatDuration } from '../time/duration.js'
import { verdictLines } from '../report/lines.js'
import type { Run } from './run.js'

const LOOK_EVERY_MS = 250

/**
 * Waits until the whole cluster is healthy, prints the verdict and keeps it for the report. Throws Failure with every
 * problem where it is not healthy within `health-timeout`.
 */
export const gateOnHealth = (run: Run, probe: HealthProbe): Promise<void> =>
  run.part('Health of every endpoint', async () => {
    const { health, members } = run.inputs.desired
    const expectations = {
      members: members.length > 0 ? members : undefined,
      maxLatencyMs: health.maxLatencyMs,
      clusterId: health.expectClusterId,
    }
    const verdict = await waitHealthy({
      look: async () => judge(await probeHealth(probe), expectations),
      timeoutMs: health.timeoutMs,
      everyMs: LOOK_EVERY_MS,
      onWaiting: (text) => run.ci.info(`waiting up to ${formatDuration(health.timeoutMs)}: ${text}`),
    })
    run.progress.verdict = verdict
    for (const line of verdictLines(verdict)) run.ci.info(line)
    if (!verdict.healthy) throw unhealthy(verdict, health.timeoutMs)
  })

const unhealthy = ({ endpoints, problems }: HealthVerdict, timeoutMs: number): Failure => {
  const well = endpoints.filter((endpoint) => endpoint.healthy).length
  return new Failure({
    what: `the cluster is not healthy after ${formatDuration(timeoutMs)}`,
    why: problems.join('; '),
    state: `${well} of ${endpoints.length} endpoints are healthy`,
    next: adviceOn(endpoints),
    member: endpoints.find(isDown)?.name,
  })
}

/** A member that raised an alarm, or suffers from one, runs well itself: its journal tells nothing. */
const isDown = ({ healthy, error }: EndpointHealth): boolean => !healthy && !error.startsWith('Active Alarm')

const adviceOn = (endpoints: readonly EndpointHealth[]): string => {
  if (endpoints.some(isDown)) return 'look at systemctl status and journalctl of the members named here'
  const alarms = endpoints.flatMap((endpoint) => endpoint.alarms)
  if (alarms.includes('CORRUPT'))
    return 'replace the member whose data differs, then run etcdctl alarm disarm'
  if (alarms.includes('NOSPACE')) {
    return 'delete what is not needed, compact and defragment, or raise --quota-backend-bytes in etcd-args, then run etcdctl alarm disarm'
  }
  return 'every endpoint answers: put right what is named here, or the inputs that ask for something else'
}
