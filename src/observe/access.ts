import { X509Certificate } from 'node:crypto'
import { authenticationRefusal } from '../cluster/authentication.js'
import type { Desired } from '../cluster/desired.js'
import type { AccessRefused } from '../cluster/observed.js'
import { endpointHashKv } from '../etcd/etcdctl.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { accessOf } from './cluster.js'
import type { SeenHost } from './links.js'

const COMMAND_TIMEOUT_MS = 3000

/**
 * A revision that no cluster ever reaches. etcd asks who it is before anything else, and then says that the revision is of the future,
 * before it reads a single key (server/storage/mvcc/kvstore.go hashByRev): nothing is written, nothing is scanned.
 */
const NEVER = '9223372036854775807'

/**
 * Which of the hosts' certificates etcd's authentication does not let do what only its role root may. One host is asked for each common
 * name that none of the members in `granted` has; who does not answer tells nothing.
 */
export const observeAccess = async (
  desired: Pick<Desired, 'layout'>,
  hosts: readonly SeenHost[],
  granted: readonly string[] = [],
): Promise<readonly AccessRefused[]> => {
  const byName = new Map<string, SeenHost[]>()
  for (const seen of hosts.filter(({ host }) => host.service.activeState === 'active')) {
    const user = commonNameOf(seen.host.certificate?.text ?? '')
    byName.set(user, [...(byName.get(user) ?? []), seen])
  }
  const asked = await Promise.all(
    [...byName].map(async ([user, of]): Promise<readonly AccessRefused[]> => {
      if (of.some(({ member }) => granted.includes(member.name))) return []
      const reason = await refusalAt(desired, of[0]!)
      return reason === undefined ? [] : [{ members: of.map(({ member }) => member.name), user, reason }]
    }),
  )
  return asked.flat()
}

const refusalAt = async (
  desired: Pick<Desired, 'layout'>,
  { member, session }: SeenHost,
): Promise<string | undefined> => {
  const { argv, timeoutMs } = endpointHashKv(accessOf(desired, member.clientUrl, COMMAND_TIMEOUT_MS), NEVER)
  const stderr = await etcdctlOn(session)(argv, timeoutMs).then(
    (result) => result.stderr,
    () => '',
  )
  const refusal = authenticationRefusal(stderr)
  return refusal && `etcdserver: ${refusal.said}`
}

/** The common name, by which etcd knows a user; empty where there is none, or the text is no certificate. */
export const commonNameOf = (pem: string): string => {
  try {
    return /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1] ?? ''
  } catch {
    return ''
  }
}
