import type { Desired } from '../cluster/desired.js'
import type { ClusterObserved, UpgradeFacts, V2Fact } from '../cluster/observed.js'
import { minorOf } from '../cluster/version.js'
import { statusAsStranger } from '../etcd/etcdctl.js'
import { walFolder } from '../cluster/places.js'
import { authenticationOf } from '../etcd/outcome.js'
import { checkV2Store, parseV2Check } from '../etcd/v2store.js'
import { sentenceOf, withoutStop } from '../failure.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { accessOf } from './cluster.js'
import type { SeenHost } from './links.js'

/**
 * What decides whether one minor upgrade may be done and shows nowhere else: authentication from 3.4 to 3.5, data of the v2 API
 * from 3.5 to 3.6. undefined where neither is asked for. Only reads.
 */
export const observeUpgrade = async (
  desired: Pick<Desired, 'layout' | 'release'>,
  hosts: readonly SeenHost[],
  cluster: ClusterObserved | undefined,
): Promise<UpgradeFacts | undefined> => {
  const to = minorOf(desired.release.version)
  const from = (minor: string): readonly SeenHost[] =>
    hosts.filter((seen) => seen.host.hasMemberData && minorOf(versionOf(seen, cluster)) === minor)
  if (to === '3.5') {
    const told = await Promise.all(from('3.4').map((seen) => authenticationAt(desired, seen)))
    const authentication = told.find((answer) => answer !== undefined)
    return authentication === undefined ? undefined : { authentication }
  }
  if (to !== '3.6') return undefined
  const v2 = await Promise.all(from('3.5').map((seen) => v2At(desired, seen)))
  return v2.length === 0 ? undefined : { v2 }
}

/** What it serves; where it does not answer, what it would start. */
const versionOf = ({ member, host }: SeenHost, cluster: ClusterObserved | undefined): string =>
  cluster?.statuses?.find((status) => status.member === member.name)?.version ??
  host.binaries.etcd?.version ??
  ''

const authenticationAt = async (
  desired: Pick<Desired, 'layout'>,
  { member, session, host }: SeenHost,
): Promise<boolean | undefined> => {
  if (host.service.activeState !== 'active') return undefined
  const { argv, timeoutMs } = statusAsStranger(accessOf(desired, member.clientUrl))
  // Whoever cannot be asked tells nothing; that is said with the plan.
  return etcdctlOn(session)(argv, timeoutMs).then(authenticationOf, () => undefined)
}

const v2At = async ({ layout }: Pick<Desired, 'layout'>, { member, session }: SeenHost): Promise<V2Fact> => {
  const { argv, timeoutMs } = checkV2Store({ ...layout, walDir: walFolder(layout) })
  try {
    return { member: member.name, ...parseV2Check(await etcdctlOn(session)(argv, timeoutMs)) }
  } catch (error) {
    return { member: member.name, kind: 'unknown', reason: withoutStop(sentenceOf(error)) }
  }
}
