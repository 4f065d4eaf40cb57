import { withoutEndingSlashes } from '../../cluster/path.js'
import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { HostObserved } from '../../cluster/observed.js'
import { memberFlags } from '../../etcd/flags.js'
import { parseExecStart, parseUnit } from '../../etcd/parse-unit.js'
import { flagsIn } from '../argv.js'
import type { HostFinding } from '../checks/check.js'
import { inTheWay, type Other, runningOthers } from '../found/others.js'
import { adviceOnMoved } from '../found/own.js'

/**
 * What is not as asked for on a host of an existing member and cannot be put right by restarting it on other files, because
 * the member would no longer be the one it was. `listed`: the member list is known, and tells more of peer URLs than any flag.
 */
export const identityFindings = (
  desired: Desired,
  member: Member,
  host: HostObserved,
  listed: boolean,
): readonly HostFinding[] => [
  ...dataFindings(desired, member, host),
  ...placeFindings(desired, member, host, listed),
  ...userFindings(desired, host),
  ...othersInTheWay(desired, member, host).map(({ says, next }) => ({ problem: says, next })),
]

const othersInTheWay = (desired: Desired, member: Member, host: HostObserved): readonly Other[] =>
  runningOthers(desired, member, host).filter(inTheWay)

const dataFindings = (desired: Desired, member: Member, host: HostObserved): readonly HostFinding[] => {
  const { layout } = desired
  // Where it keeps its data elsewhere, that is said, and nothing is lost.
  if (placeFindings(desired, member, host, true).some(({ problem }) => /--(?:data|wal)-dir=/.test(problem))) {
    return []
  }
  // Nor where the member runs in another unit: that is said too.
  if (othersInTheWay(desired, member, host).some(({ relation }) => relation === 'member')) return []
  const lost =
    'bring its disk back (is it mounted?): a member that forgot its votes may not start under its old id'
  if (!host.hasMemberData || !host.dataDir.exists) {
    return [{ problem: `holds no member data in ${layout.dataDir}`, next: lost }]
  }
  return layout.walDir !== '' && (host.walDir === undefined || !host.walDir.exists || host.walDir.empty)
    ? [{ problem: `holds data in ${layout.dataDir}, but no log in ${layout.walDir}`, next: lost }]
    : []
}

/** What it runs with, else what its unit would start; where there is neither, nothing can be said. */
const argvOf = ({ process, service }: HostObserved): readonly string[] | undefined =>
  process?.argv ?? (service.unit && parseExecStart(service.unit.text))

const placeFindings = (
  desired: Desired,
  member: Member,
  host: HostObserved,
  listed: boolean,
): readonly HostFinding[] => {
  const argv = argvOf(host)
  if (argv === undefined) return []
  const flags = flagsIn(argv)
  const wanted = memberFlags(desired, member)
  return Object.entries(UNMOVABLE).flatMap(([flag, { input, next }]): readonly HostFinding[] => {
    const from = withoutEndingSlashes(flags.get(`--${flag}`)?.at(-1) ?? '')
    const to = withoutEndingSlashes(wanted.find(({ name }) => name === flag)?.value ?? '')
    return from === to || (flag === PEER_URL && listed)
      ? []
      : [
          {
            problem: `runs with --${flag}=${from}, asked for ${to || 'none'} (${input})`,
            next: next(desired, host),
          },
        ]
  })
}

const PEER_URL = 'initial-advertise-peer-urls'

type Next = (desired: Desired, host: HostObserved) => string

const UNMOVABLE: Readonly<Record<string, { readonly input: string; readonly next: Next }>> = {
  name: {
    input: 'name= in hosts',
    next: () => 'write name=NAME behind its address in hosts, as it runs now',
  },
  // With an empty log an old member takes itself for a new one (etcd server/embed/etcd.go, wal.Exist).
  'data-dir': { input: 'data-dir', next: adviceOnMoved },
  'wal-dir': { input: 'wal-dir', next: adviceOnMoved },
  [PEER_URL]: {
    input: 'hosts and peer-port',
    next: () =>
      'etcd does not look at it once it has data: use etcdctl member update, then restart that member, one at a time',
  },
}

const userFindings = ({ layout }: Desired, { service, dataDir }: HostObserved): readonly HostFinding[] => {
  const users = service.unit && parseUnit(service.unit.text).filter(({ key }) => key === 'User')
  const user = users === undefined ? dataDir.owner : (users.at(-1)?.value ?? 'root')
  return user === layout.serviceUser
    ? []
    : [
        {
          problem: `runs as ${user}, asked for ${layout.serviceUser}, who could not read its data`,
          next: `set service-user to ${user}, as it runs now`,
        },
      ]
}
