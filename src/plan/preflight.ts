import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { findingsFor } from './checks/checks.js'
import type { HostFinding, Work } from './checks/check.js'
import { environmentFindings } from './environment/findings.js'
import { hostOf } from './evidence.js'
import { inTheWay, runningOthers } from './found/others.js'
import { bootstrapMarker, sameMarker } from './marker.js'
import { METRICS_URL } from '../etcd/flags.js'
import type { Finding } from './plan.js'
import { releaseDeviations } from './release.js'

/**
 * Everything on the hosts that would make a bootstrap fail half-way, all at once: what every host is asked (checks/), and what
 * only a bootstrap asks, as on a cluster that exists, taken ports and full directories are as they should be.
 */
export const preflight = (desired: Desired, observed: Observed): readonly Finding[] => [
  ...desired.members.flatMap((member) => {
    const host = hostOf(observed, member)
    return [
      ...portFindings(desired, host),
      ...foreignFindings(desired, member, host),
      ...contentFindings(desired, host),
      ...findingsFor({ desired, observed, host, works: worksOn(desired, host) }),
      ...environmentFindings(desired, member, host),
    ].map((finding) => ({ member: member.name, ...finding }))
  }),
  ...linkFindings(desired.members, observed),
]

const worksOn = (desired: Desired, host: HostObserved): ReadonlySet<Work> =>
  new Set<Work>(['found', ...(releaseDeviations(desired, host).length > 0 ? (['install'] as const) : [])])

const foreignFindings = (desired: Desired, member: Member, host: HostObserved): readonly HostFinding[] =>
  runningOthers(desired, member, host)
    .filter(inTheWay)
    .map(({ says, next }) => ({ problem: says, next }))

const contentFindings = (desired: Desired, host: HostObserved): readonly HostFinding[] => {
  const marker = host.bootstrapMarker
  // A first start of ours that failed early leaves files without a log behind.
  const ours = marker !== undefined && sameMarker(marker, bootstrapMarker(desired))
  if (host.hasMemberData || ours) return []
  const { dataDir, walDir } = desired.layout
  const places = [
    { input: 'data-dir', path: dataDir, empty: host.dataDir.empty },
    { input: 'wal-dir', path: walDir, empty: host.walDir?.empty ?? true },
  ]
  return places
    .filter(({ empty }) => !empty)
    .map(({ input, path }) => ({
      problem: `${path} is not empty, though it holds no etcd member`,
      next: `choose another ${input}, or see whose files these are, and move them elsewhere if they are nobody's`,
    }))
}

const linkFindings = (members: readonly Member[], { links }: Observed): readonly Finding[] =>
  links.flatMap(({ from, to, outcome, reason }) => {
    const member = members.find(({ name }) => name === to)
    if (outcome !== 'failed' || member === undefined) return []
    return [
      {
        member: from,
        problem: `cannot reach ${member.peerUrl} of ${to}: ${reason}`,
        next: 'check routes and firewalls between them',
      },
    ]
  })

/** Ports that a member will listen on and that somebody else has. */
const portFindings = ({ etcd }: Desired, { listeners, service }: HostObserved): readonly HostFinding[] => {
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
