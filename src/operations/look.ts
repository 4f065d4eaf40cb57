import { clusterNamed } from '../cluster/named.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { observe } from '../observe/observe.js'
import type { HostSession } from '../ssh/port.js'
import { formatDuration } from '../time/duration.js'
import type { Run } from '../run/run.js'

/** Looks at all hosts, and says in a line for each what was found. */
export const lookAtHosts = (run: Run, sessions: readonly HostSession[]): Promise<Observed> =>
  run.part('Look at the hosts', async () => {
    const observed = await observe(run.inputs.desired, sessions)
    for (const host of observed.hosts) run.ci.info(`${host.member}: ${describe(host)}`)
    const { cluster, silent = [] } = observed
    for (const { member, reason } of silent) run.ci.info(`${member}: its etcd does not answer: ${reason}`)
    run.progress.before ??= cluster?.statuses
    run.ci.info(cluster ? `${clusterNamed(cluster.clusterId)} answers` : 'no cluster answers')
    return observed
  })

const describe = ({ machine, service, binaries, hasMemberData, clockSkewMs }: HostObserved): string => {
  const offset = Math.round(clockSkewMs)
  return [
    machine,
    binaries.etcd ? `etcd ${binaries.etcd.version || '(does not run)'}` : 'no etcd',
    service.loadState === 'not-found' ? 'no service' : `service ${service.activeState}`,
    hasMemberData ? 'member data' : 'no data',
    `clock ${offset < 0 ? 'behind' : 'ahead'} by ${formatDuration(Math.abs(offset))}`,
  ].join(', ')
}
