import type { HealthVerdict } from '../cluster/health.js'
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
    next: 'look at systemctl status and journalctl of the members named here',
    member: endpoints.find((endpoint) => !endpoint.healthy)?.name,
  })
}
