import type { Desired, DesiredRelease } from '../cluster/desired.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { toolPath } from '../cluster/places.js'
import { RECOMMENDED } from '../etcd/recommended.js'
import { parseExecStart } from '../etcd/parse-unit.js'
import { versionOf } from './change/member.js'
import { begunVersion, bootstrapMarker, sameMarker } from './marker.js'
import type { Finding } from './plan.js'

/** What `version` means in this world, or why it has to be given. */
export type ReleaseMeant =
  | {
      readonly ok: true
      readonly release: DesiredRelease
      /** For the log; empty where `version` is given. */
      readonly says: string
    }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/**
 * The release that is meant. One that is left out is, where a cluster exists, the one that runs; of a bootstrap that was begun, the one
 * it was begun with; else the one that this action recommends. Findings where members do not agree on it: nobody but the
 * user knows which of them is meant.
 */
export const releaseMeant = (
  desired: Desired,
  observed: Observed,
  situation: 'fresh' | 'unfinished' | 'existing',
): ReleaseMeant => {
  if (desired.release.version !== '') return { ok: true, release: desired.release, says: '' }
  return situation === 'existing' ? asItRuns(desired, observed) : asBegun(desired, observed)
}

const NEXT = 'set version to the release that every member is to run'

const asItRuns = (desired: Desired, { hosts, cluster }: Observed): ReleaseMeant => {
  const members = hosts.map((host) => {
    const served = cluster?.statuses?.find(({ member }) => member === host.member)?.version
    return { host, runs: served ?? versionOf(host) }
  })
  const versions = new Set(members.map(({ runs }) => runs))
  const findings = members.flatMap(({ host, runs }) => {
    const problems = [
      ...(versions.size > 1 && runs !== '' ? [saysVersion(host, runs)] : []),
      ...whyNotKept(desired, host, runs),
    ]
    return problems.length === 0
      ? []
      : [{ member: host.member, problem: problems.join(', and '), next: NEXT }]
  })
  const [version = ''] = versions
  if (findings.length > 0 || version === '') return { ok: false, findings }
  return {
    ok: true,
    release: { ...desired.release, version, kept: true },
    says: `version is left out: etcd ${version} stays, as every member runs it`,
  }
}

const saysVersion = ({ process }: HostObserved, version: string): string =>
  process === undefined ? `is down and would start ${version}` : `runs ${version}`

/** Why a member cannot be left on what it runs: its next start would be of something else, or it cannot be asked. */
const whyNotKept = ({ layout }: Desired, host: HostObserved, runs: string): readonly string[] => {
  const { etcd, etcdctl } = host.binaries
  const path = toolPath(layout, 'etcd')
  const started = host.process?.argv[0] ?? (host.service.unit && parseExecStart(host.service.unit.text)?.[0])
  if (etcd === undefined) {
    const where =
      started === undefined || started === path ? '' : `: it starts ${started} (is bin-dir right?)`
    return [`there is no ${path}${where}`]
  }
  if (etcd.version === '') return [`${path} does not run`]
  if (runs === '')
    return [`does not tell what it runs, which is not ${path} (${etcd.version}) as that is now`]
  return [
    ...(etcd.version === runs ? [] : [`${path} is ${etcd.version}, which its next start would bring`]),
    ...(etcdctl === undefined ? [`there is no ${path}ctl to ask it with`] : []),
  ]
}

const asBegun = (desired: Desired, { hosts }: Observed): ReleaseMeant => {
  const ours = hosts.flatMap(({ member, bootstrapMarker: marker }) => {
    const version =
      marker !== undefined && sameMarker(marker, bootstrapMarker(desired)) ? begunVersion(marker) : undefined
    return version === undefined ? [] : [{ member, version }]
  })
  // A note without a version is an older action's; its members run what is on their disks.
  const begun = ours.length > 0 ? ours : hosts.flatMap(startedOn)
  const [version, ...others] = new Set(begun.map((of) => of.version))
  if (others.length > 0) {
    return {
      ok: false,
      findings: begun.map((of) => ({
        member: of.member,
        problem: `its bootstrap was begun with etcd ${of.version}`,
        next: NEXT,
      })),
    }
  }
  return version === undefined
    ? {
        ok: true,
        release: { ...desired.release, version: RECOMMENDED },
        says: `version is left out: etcd ${RECOMMENDED}, which this version of the action recommends`,
      }
    : {
        ok: true,
        release: { ...desired.release, version },
        says: `version is left out: etcd ${version}, with which this bootstrap was begun`,
      }
}

const startedOn = ({ member, hasMemberData, binaries }: HostObserved) =>
  hasMemberData && binaries.etcd !== undefined && binaries.etcd.version !== ''
    ? [{ member, version: binaries.etcd.version }]
    : []
