import { adviceOn, downMember } from '../cluster/advice.js'
import type { ClusterAnswers } from '../cluster/answers.js'
import type { HealthVerdict } from '../cluster/health.js'
import { judge, withData } from '../cluster/verdict.js'
import { warningsOf } from '../cluster/warnings.js'
import { quotaOf } from '../etcd/flags.js'
import { Failure } from '../failure.js'
import { adviceOn as adviceOnRelease } from '../inputs/release-advice.js'
import { compareData, type DataCompared } from '../observe/compare-data.js'
import { dataAsks, dataMembersOf, type HealthProbe, probeHealth } from '../observe/health.js'
import { waitHealthy } from '../observe/wait-healthy.js'
import { untilAborted } from '../time/abort.js'
import { formatDuration } from '../time/duration.js'
import { verdictLines } from '../report/lines.js'
import type { Run } from '../run/run.js'

const LOOK_EVERY_MS = 250

/** How long one question may take: etcdctl's own 5 s, less where `health-timeout` is shorter, but time for a busy host to answer. */
const commandTimeoutMs = (timeoutMs: number): number => Math.min(5000, Math.max(2000, timeoutMs))

export interface GateOptions {
  /** What comparing the members' data came to in this run, where nothing was changed since. */
  readonly compared?: DataCompared | undefined
  /** Called once the waiting is over, to ask something else of the members while their data is compared; must not throw. */
  readonly meanwhile?: (verdict: HealthVerdict) => void
}

/**
 * Waits until the whole cluster is healthy, prints the verdict and keeps it for the report. Throws Failure with every
 * problem where it is not healthy within `health-timeout`.
 */
export const gateOnHealth = (
  run: Run,
  probe: HealthProbe,
  { compared: known, meanwhile }: GateOptions = {},
): Promise<void> =>
  run.part('Health of every endpoint', async () => {
    const { health, members } = run.inputs.desired
    const limits = { commandTimeoutMs: commandTimeoutMs(health.timeoutMs) }
    const limited = {
      ...probe,
      accessTo: (endpoint: string) => ({ ...limits, ...probe.accessTo(endpoint) }),
    }
    const expectations = {
      members: members.length > 0 ? members : undefined,
      maxLatencyMs: health.maxLatencyMs,
      clusterId: health.expectClusterId,
    }
    let answers: ClusterAnswers | undefined
    const waited = await waitHealthy({
      look: async () => judge((answers = await probeHealth(limited)), expectations),
      timeoutMs: health.timeoutMs,
      everyMs: LOOK_EVERY_MS,
      signal: run.signal,
      onWaiting: (text) => {
        run.live.set(`waiting up to ${formatDuration(health.timeoutMs)} for every endpoint: ${text}`)
        run.ci.info(`waiting up to ${formatDuration(health.timeoutMs)}: ${text}`)
      },
    })
    meanwhile?.(waited)
    // Once, and not while it is waited for: no time heals members that differ, and hashing all keys has its price.
    const compared =
      known ??
      (answers && (await untilAborted(compareData(dataMembersOf(answers), dataAsks(limited)), run.signal)))
    const verdict = withData(waited, compared ?? {})
    run.progress.verdict = verdict
    for (const line of verdictLines(verdict)) run.ci.info(line)
    warn(run, verdict)
    if (!verdict.healthy) throw unhealthy(run, verdict)
  })

const warn = ({ ci, inputs: { desired } }: Run, verdict: HealthVerdict): void => {
  const warnings = warningsOf(verdict, {
    // Of a cluster that is only looked at from outside nobody knows the flags.
    quotaBytes: desired.members.length > 0 ? quotaOf(desired) : undefined,
    // A deploy says so of the release that it is asked for.
    adviceOnRelease: desired.operation === 'health' ? adviceOnRelease : () => undefined,
  })
  for (const warning of warnings) ci.warning(warning)
}

const unhealthy = ({ inputs: { desired } }: Run, verdict: HealthVerdict): Failure => {
  const { endpoints, problems } = verdict
  const well = endpoints.filter((endpoint) => endpoint.healthy).length
  return new Failure({
    what:
      verdict.divergence === undefined
        ? `the cluster is not healthy after ${formatDuration(desired.health.timeoutMs)}`
        : 'the cluster is not healthy',
    why: problems.join('; '),
    state:
      verdict.divergence === undefined
        ? `${well} of ${endpoints.length} endpoints are healthy`
        : `${well} of ${endpoints.length} endpoints are healthy, each with its own copy: what a client reads depends on the member it asks`,
    next: adviceOn(verdict, { askedFrom: desired.endpoints.length > 0 ? 'runner' : 'hosts' }),
    member: downMember(verdict)?.name,
  })
}
