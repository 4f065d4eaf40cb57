import type { Desired } from '../cluster/desired.js'
import type { HostObserved } from '../cluster/observed.js'
import { formatVersion, parseVersion } from '../cluster/version.js'

/** Lines of a marker, as its `NAME=VALUE` begin. The version is a note alone: it does not tell one bootstrap from another. */
const TOKEN = 'initial-cluster-token='
const CLUSTER = 'initial-cluster='
const VERSION = 'version='

/** What a note of ours can hold: one that somebody has written on a host is not carried to the units of the others. */
const PLAIN_TOKEN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/**
 * What a bootstrap notes on a host before any member of it is started, and takes away once the cluster was seen healthy: the token,
 * the members, and the version it was begun with. The note is what tells an unfinished bootstrap from a cluster that holds
 * somebody's writes, so the executor must have put it on every host before it starts the first member, and must take
 * it away from all of them as soon as the cluster is healthy.
 */
export const bootstrapMarker = (desired: Desired): string =>
  [
    `${TOKEN}${desired.etcd.clusterToken}`,
    membersLine(desired),
    ...(desired.release.version === '' ? [] : [`${VERSION}${desired.release.version}`]),
    '',
  ].join('\n')

const membersLine = ({ members }: Pick<Desired, 'members'>): string =>
  `${CLUSTER}${members
    .map(({ name, peerUrl }) => `${name}=${peerUrl}`)
    .sort()
    .join(',')}`

/** Are two markers of the same bootstrap, whatever blanks the way over a host added or took, and whatever its version? */
export const sameMarker = (a: string, b: string): boolean => identityOf(a) === identityOf(b)

/** A marker on one line, for sentences. */
export const describeMarker = (text: string): string => text.trim().split(/\s+/).join(' ')

/** The version that a bootstrap was begun with, X.Y.Z; undefined where the marker does not tell (older ones do not). */
export const begunVersion = (text: string): string | undefined => {
  const version = parseVersion(valueIn(text, VERSION) ?? '')
  return version && formatVersion(version)
}

/**
 * The token that a bootstrap of these very members was begun with, as the markers on the hosts have it: what the hosts with data were
 * founded with, else what all markers agree on. undefined where none of these members is marked, or nothing follows from the markers.
 */
export const begunToken = (
  desired: Pick<Desired, 'members'>,
  hosts: readonly Pick<HostObserved, 'bootstrapMarker' | 'hasMemberData'>[],
): string | undefined => {
  const tokenOf = ({ bootstrapMarker: text = '' }: (typeof hosts)[number]): readonly string[] => {
    const token = linesOf(text).includes(membersLine(desired)) ? valueIn(text, TOKEN) : undefined
    return token === undefined || !PLAIN_TOKEN.test(token) ? [] : [token]
  }
  const [founded] = hosts.filter(({ hasMemberData }) => hasMemberData).flatMap(tokenOf)
  if (founded !== undefined) return founded
  const [noted, ...others] = new Set(hosts.flatMap(tokenOf))
  return others.length === 0 ? noted : undefined
}

const linesOf = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())

const identityOf = (text: string): string =>
  linesOf(text)
    .filter((line) => !line.startsWith(VERSION))
    .join('\n')

const valueIn = (text: string, begins: string): string | undefined =>
  linesOf(text)
    .find((line) => line.startsWith(begins))
    ?.slice(begins.length)
