import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { memberFlags } from '../etcd/flags.js'
import { isGuarded } from '../etcd/log-guard.js'
import { logDirectory, unitName } from '../cluster/places.js'
import { parseExecStart } from '../etcd/parse-unit.js'
import { placesIn } from './argv.js'
import { dormantOthers, inTheWay, runningOthers } from './found/others.js'
import { adviceOnOwn, ownPlaces } from './found/own.js'
import { bootstrapMarker, describeMarker, sameMarker } from './marker.js'

/**
 * What a host shows of etcd:
 * `bare`: nothing. `marked`: our marker of this bootstrap, no data. `started`: the marker and a member's data.
 * `other-bootstrap`: data, and the marker of a bootstrap that was asked for otherwise. `member`: data without a marker.
 * `lost`: no data, and a unit that asks for a log, which it does only once there was one. `unlinked`: our member runs, and its data are
 * not there any more.
 * `foreign`: no data where ours would be, but an etcd all the same.
 */
export interface Evidence {
  readonly member: string
  readonly kind:
    'bare' | 'marked' | 'started' | 'other-bootstrap' | 'member' | 'lost' | 'unlinked' | 'foreign'
  /** As a clause that follows the member's name. */
  readonly says: string
  /** What to do about just that, one clause; absent where it depends on what the other hosts show. */
  readonly next?: string
}

/** What was seen of the host of a member. Throws Error where nothing was: a plan without it would be a guess. */
export const hostOf = ({ hosts }: Observed, { name }: Member): HostObserved => {
  const host = hosts.find(({ member }) => member === name)
  if (host === undefined) throw new Error(`host of ${name} was not observed`)
  return host
}

/** What the host of a member shows of etcd, with the peer port as the other hosts see it. */
export const evidenceOf = (desired: Desired, observed: Observed, member: Member): Evidence => {
  const host = hostOf(observed, member)
  const { dataDir } = desired.layout
  const marker = host.bootstrapMarker
  const ours = marker !== undefined && sameMarker(marker, bootstrapMarker(desired))
  const is = (kind: Evidence['kind'], says: string, next?: string): Evidence => ({
    ...{ member: member.name, kind, says },
    ...(next === undefined ? {} : { next }),
  })
  if (host.hasMemberData) {
    if (marker === undefined) return is('member', `holds the data of an etcd member in ${dataDir}`)
    if (ours) return is('started', `holds data of this bootstrap, which was not finished, in ${dataDir}`)
    const asked = describeMarker(marker)
    return is(
      'other-bootstrap',
      `holds data of an unfinished bootstrap that was asked for with ${asked} in ${dataDir}`,
    )
  }
  const { process } = host
  if (process !== undefined && !ours && sameData(desired, member, process.argv)) {
    const service = `${desired.layout.serviceName}.service (pid ${process.pid})`
    return is(
      'unlinked',
      `runs ${service}, and its log in ${logDirectory(desired.layout)} was deleted under it`,
    )
  }
  const gone = dataGone(desired, member, host)
  if (gone !== undefined) return is('lost', gone)
  const etcd =
    etcdElsewhere(desired, member, host, ours) ?? answersUnexplained(desired, observed, member, host, ours)
  if (etcd !== undefined) return is('foreign', etcd.says, etcd.next)
  if (ours) return is('marked', 'was made ready for this bootstrap and holds no data')
  return is('bare', `holds no data in ${dataDir}`)
}

/** The log that the unit asks for is not there. */
const dataGone = (desired: Desired, member: Member, host: HostObserved): string | undefined => {
  const { service, process } = host
  const text = service.unit?.text
  const argv = text === undefined ? undefined : parseExecStart(text)
  const others = runningOthers(desired, member, host, 'all').filter(inTheWay)
  if (text === undefined || argv === undefined || process !== undefined || others.length > 0) return undefined
  if (!isGuarded(text, desired.layout) || !sameData(desired, member, argv)) return undefined
  const lost = `has lost the log of its member, which was in ${logDirectory(desired.layout)}`
  return service.startRefused === 'assert' ? `${lost}, and systemd refuses to start it without` : lost
}

/** What an etcd that is there, though no member is where ours would be, says of itself, and what to do about it. */
type Found = Pick<Evidence, 'says' | 'next'>

/** An etcd that runs here, or that our own unit would run, although there is no member where ours would be. */
const etcdElsewhere = (
  desired: Desired,
  member: Member,
  host: HostObserved,
  ours: boolean,
): Found | undefined => {
  const other = runningOthers(desired, member, host, ours ? 'strangers' : 'all').find(inTheWay)
  if (other !== undefined) return other
  const service = unitName(desired.layout)
  const place = (): string => ownPlaces(host)?.dataDir || 'its default place'
  if (host.process !== undefined && !(ours && sameData(desired, member, host.process.argv))) {
    return {
      says: `runs ${service} (pid ${host.process.pid}) with data in ${place()}`,
      next: adviceOnOwn(desired, member, host),
    }
  }
  const argv = host.service.unit && parseExecStart(host.service.unit.text)
  if (argv !== undefined && !sameData(desired, member, argv)) {
    return {
      says: `has a ${service} that keeps its data in ${place()}`,
      next: adviceOnOwn(desired, member, host),
    }
  }
  return undefined
}

/**
 * What a host that shows nothing of a member has of etcds that do not run: units, static pods and data, wherever they are. Each may be
 * all that is left of the cluster that is meant. undefined where there is none, or only what can live beside.
 */
export const atRest = (desired: Desired, observed: Observed, member: Member): Evidence | undefined => {
  const found = dormantOthers(desired, member, hostOf(observed, member)).filter(inTheWay)
  const [first] = found
  return first === undefined
    ? undefined
    : {
        ...{ member: member.name, kind: 'foreign', next: first.next },
        says: found.map(({ says }) => says).join('; and '),
      }
}

/**
 * Somebody answers at the peer address, and nothing on the host explains it: an etcd in a container, or another machine
 * that has the address. A listener on the port that is known is a finding of its own, with its name.
 */
const answersUnexplained = (
  { etcd }: Desired,
  { links }: Observed,
  { name, peerUrl }: Member,
  host: HostObserved,
  ours: boolean,
): Found | undefined => {
  const link = links.find(({ to, outcome }) => to === name && outcome === 'reached')
  const explained = host.process !== undefined || host.listeners.some(({ port }) => port === etcd.peerPort)
  // Between two attempts of a member that keeps failing, the port opens and closes while we look.
  const restarting = ours && host.service.activeState === 'activating'
  if (link === undefined || explained || restarting) return undefined
  return {
    says: `runs no etcd, but ${peerUrl} answers (asked from ${link.from})`,
    next: 'find out who has that address before anything is done there (ip neigh on the host that asked), or choose another host or peer-port',
  }
}

const sameData = (desired: Desired, member: Member, argv: readonly string[]): boolean => {
  const wanted = memberFlags(desired, member)
  const valueOf = (flag: string) => wanted.find(({ name }) => name === flag)?.value ?? ''
  const { dataDir, walDir } = placesIn(argv)
  return dataDir === valueOf('data-dir') && walDir === valueOf('wal-dir')
}
