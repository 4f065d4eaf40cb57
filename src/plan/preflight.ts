import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { archOfMachine } from '../etcd/release.js'
import { formatDuration } from '../time/duration.js'
import { environmentFindings } from './environment/findings.js'
import { hostOf } from './evidence.js'
import { bootstrapMarker, sameMarker } from './marker.js'
import type { Finding } from './plan.js'
import { portFindings } from './ports.js'
import { spaceFindings } from './space.js'
import { strangersOf } from './strangers.js'

/** Beyond this, certificates that were just made and the leases of clients are judged differently on each host. */
const MOST_SKEW_MS = 5000

/** A finding before it is known whose host it is. */
export type HostFinding = Omit<Finding, 'member'>

/**
 * Everything on the hosts that would make a bootstrap fail half-way, all at once. Only for a bootstrap: on a cluster that
 * exists, taken ports and full directories are as they should be.
 */
export const preflight = (desired: Desired, observed: Observed): readonly Finding[] => [
  ...desired.members.flatMap((member) => {
    const host = hostOf(observed, member)
    return [
      ...systemFindings(desired, host),
      ...clockFindings(host),
      ...portFindings(desired, host),
      ...foreignFindings(desired, host),
      ...contentFindings(desired, host),
      ...spaceFindings(desired, host),
      ...environmentFindings(desired, member, host),
    ].map((finding) => ({ member: member.name, ...finding }))
  }),
  ...linkFindings(desired.members, observed),
]

const systemFindings = (
  { layout }: Desired,
  { init, machine, service }: HostObserved,
): readonly HostFinding[] => [
  ...(init === 'systemd'
    ? []
    : [
        {
          problem: `its init is ${init || 'unknown'}, not systemd`,
          next: 'use a host that is run by systemd',
        },
      ]),
  ...(hasRelease(machine)
    ? []
    : [
        {
          problem: `is a ${machine || 'machine of unknown kind'}, which etcd has no release for`,
          next: 'use a host of amd64, arm64, ppc64le or s390x',
        },
      ]),
  ...(service.loadState === 'masked'
    ? [
        {
          problem: `${layout.serviceName}.service is masked`,
          next: `run systemctl unmask ${layout.serviceName} there, or choose another service-name`,
        },
      ]
    : []),
]

const hasRelease = (machine: string): boolean => {
  try {
    archOfMachine(machine)
    return true
  } catch {
    return false
  }
}

const clockFindings = ({ clockSkewMs, clockErrorMs }: HostObserved): readonly HostFinding[] => {
  // What the way there and back took says nothing of the clock.
  if (Math.abs(clockSkewMs) - clockErrorMs <= MOST_SKEW_MS) return []
  const way = clockSkewMs > 0 ? 'ahead of' : 'behind'
  return [
    {
      problem: `its clock is ${formatDuration(Math.abs(clockSkewMs))} ${way} the runner's`,
      next: 'set both clocks by NTP',
    },
  ]
}

const foreignFindings = (desired: Desired, host: HostObserved): readonly HostFinding[] =>
  strangersOf(desired, host).map(({ pid, unit }) => ({
    problem: `another etcd runs there (pid ${pid}${unit === '' ? '' : `, ${unit}`})`,
    next: 'stop it, or choose another host',
  }))

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
      next: `empty it if nobody needs what is in it, or choose another ${input}`,
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
