import type { Desired } from '../cluster/desired.js'
import type { HostObserved } from '../cluster/observed.js'
import { METRICS_URL } from '../etcd/flags.js'
import type { HostFinding } from './checks/check.js'

/** Ports that a member will listen on and that somebody else has. */
export const portFindings = (
  { etcd }: Desired,
  { listeners, service }: HostObserved,
): readonly HostFinding[] => {
  const ports = [
    { port: etcd.clientPort, next: 'choose another client-port, or another host' },
    { port: etcd.peerPort, next: 'choose another peer-port, or another host' },
    {
      port: Number(new URL(METRICS_URL).port),
      next: 'choose another host, or have that one listen elsewhere: etcd serves its metrics there',
    },
  ]
  return listeners.flatMap(({ port, pid, command }) => {
    const ours = ports.find((of) => of.port === port)
    const own = service.mainPid !== 0 && pid === service.mainPid
    if (ours === undefined || own) return []
    const who = pid === 0 ? 'a process that cannot be named' : `${command || 'a process'} (pid ${pid})`
    return [{ problem: `port ${port} is taken by ${who}`, next: ours.next }]
  })
}
