import type { HealthVerdict } from '../cluster/health.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { accessOf } from '../observe/cluster.js'
import type { HealthProbe } from '../observe/health.js'
import type { HostSession } from '../ssh/port.js'
import { noteCertificateDays } from './certificate-days.js'
import { probeCommits } from './commits.js'
import { withDiagnosis } from '../run/diagnose.js'
import { gateOnHealth } from './health-gate.js'
import { healthFromRunner } from './health-from-runner.js'
import { checkLinks, peersTold } from './links.js'
import { lookAtRunning } from './risks.js'
import type { Run } from '../run/run.js'
import { withReachable } from '../run/sessions.js'

/** Checks every endpoint and changes nothing; throws Failure unless the whole cluster is healthy. */
export const health = (run: Run): Promise<void> =>
  run.inputs.desired.endpoints.length > 0
    ? healthFromRunner(run)
    : withReachable(run, (sessions) =>
        withDiagnosis(run, sessions, async () => {
          const running = lookAtRunning(run, sessions)
          let first: ReturnType<typeof peersTold> | undefined
          const meanwhile = ({ endpoints }: HealthVerdict): void => {
            first = peersTold(endpoints, sessions)
          }
          await gateOnHealth(run, probeFromHosts(run, sessions), { meanwhile }).finally(async () => {
            noteCertificateDays(run, await running)
          })
          await checkLinks(run, sessions, { strict: false, first })
          await probeCommits(run, sessions)
        }),
      )

/** Asks from a host of the cluster, with its own etcdctl and certificate, as the document does. */
export const probeFromHosts = (
  { inputs: { desired } }: Run,
  sessions: readonly HostSession[],
): HealthProbe => ({
  endpoints: desired.members.map(({ name, clientUrl }) => ({ name, endpoint: clientUrl })),
  from: sessions.map(etcdctlOn),
  accessTo: (endpoint) => accessOf(desired, endpoint),
})
