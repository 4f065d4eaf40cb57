import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { HostObserved, MemberStatus, Observed } from '../../cluster/observed.js'
import { isTrustedBy } from '../../pki/trust.js'
import { certificateDeviations } from '../certificates.js'
import { hostOf } from '../evidence.js'
import type { RollPart } from '../plan.js'
import type { HostFinding } from '../preflight.js'
import { releaseDeviations } from '../release.js'
import { directoryDeviations } from '../running.js'
import { spaceFindings } from '../space.js'
import { wantedUnit } from '../unit.js'
import { identityFindings } from './identity.js'
import type { Trust } from './trust.js'
import { flagChanges, type UnitState, unitStateOf } from './unit.js'

/** Everything that is not as asked for on one member, sorted by what it takes to change it. */
export interface MemberChange {
  readonly member: Member
  readonly host: HostObserved
  /** Its service is not active, or it does not answer. */
  readonly down: boolean
  readonly leads: boolean
  /** X.Y.Z that it runs; empty where it cannot be told. */
  readonly version: string
  /** Takes a restart; with reasons. */
  readonly parts: ReadonlyMap<RollPart, readonly string[]>
  /** Take no restart; reasons. */
  readonly correct: readonly string[]
  readonly tools: readonly string[]
  readonly renew: readonly string[]
  /** Cannot be done by a roll. */
  readonly findings: readonly HostFinding[]
  readonly unit: UnitState
  readonly notes: readonly string[]
}

export interface ChangeContext {
  readonly trust: Trust
  readonly now: Date
}

/** Sorts what `desired` asks for of one member and is not so. */
export const memberChange = (
  desired: Desired,
  observed: Observed,
  member: Member,
  { trust, now }: ChangeContext,
): MemberChange => {
  const host = hostOf(observed, member)
  const statuses = observed.cluster?.statuses
  const status = statuses?.find((candidate) => candidate.member === member.name)
  const active = host.service.activeState === 'active'
  const unit = unitStateOf(desired, member, host)
  const flags = runningFlags(desired, member, host, unit)
  const release = releaseReasons(desired, host)
  const files = certificateDeviations(desired, member, host, now)
  const reasonsOf = (what: string) =>
    files.filter((deviation) => deviation.what === what).map(({ detail }) => detail)
  const leaf = leafReasons(desired, host, reasonsOf('certificate'), trust)
  const parts = new Map<RollPart, readonly string[]>(
    (
      [
        ['release', release.etcd],
        ['unit', unit.kind === 'settings' ? [`its unit differs: ${unit.changes.join(', ')}`] : []],
        ['ca', reasonsOf('CA')],
        // It cannot be proven on the wire where nothing runs, so it is proven by the start.
        ['certificate', active ? [] : leaf.renew],
        ['process', processReasons(desired, host, status, { unit, flags })],
      ] as const
    ).filter(([, reasons]) => reasons.length > 0),
  )
  const installs = release.etcd.length + release.tools.length > 0
  return {
    member,
    host,
    down: !active || observed.cluster === undefined || (statuses !== undefined && status === undefined),
    leads: status?.isLeader ?? false,
    version: status?.version ?? versionOf(host),
    parts,
    correct: [
      ...[...files, ...directoryDeviations(desired, host)]
        .filter(({ what }) => what === 'file modes')
        .map(({ detail }) => detail),
      ...(host.service.unitFileState === 'enabled'
        ? []
        : [
            `${desired.layout.serviceName}.service is ${host.service.unitFileState || 'not there'}, not enabled`,
          ]),
      ...(unit.kind === 'text' ? ['comments, blanks or the order of lines in its unit differ'] : []),
    ],
    tools: release.tools,
    renew: active ? leaf.renew : [],
    findings: [
      ...identityFindings(desired, member, host, observed.cluster !== undefined),
      ...leaf.findings,
      ...dropInFindings(host, flags),
      ...(installs ? spaceFindings(desired, host) : []),
    ],
    unit,
    notes: [...leaf.notes, ...dropInNotes(host)].map((note) => `${member.name}: ${note}`),
  }
}

/** A tool that differs takes no restart; etcd itself does. */
const releaseReasons = (desired: Desired, host: HostObserved) => {
  const reasons = releaseDeviations(desired, host).map(({ detail }) => detail)
  const right = host.binaries.etcd?.version === desired.release.version
  return right ? { etcd: [], tools: reasons } : { etcd: reasons, tools: [] }
}

/** X.Y.Z of what runs, else of what would start; empty where the file was exchanged since: nobody knows unless the member tells. */
export const versionOf = ({ binaries, process }: HostObserved): string => {
  const { sha256 = '', version = '' } = binaries.etcd ?? {}
  return process === undefined || process.exeSha256 === '' || process.exeSha256 === sha256 ? version : ''
}

/** What the process has otherwise than the unit it is to have, where that is the one it has. */
const runningFlags = (
  desired: Desired,
  member: Member,
  { process, service }: HostObserved,
  unit: UnitState,
): readonly string[] =>
  process === undefined || unit.kind === 'settings' || service.activeState !== 'active'
    ? []
    : flagChanges(process.argv, wantedUnit(desired, member))

/** A drop-in is nothing that we write or delete, and as long as it is there a restart brings the same flags again. */
const dropInFindings = (
  { service: { dropIns = [], needsReload } }: HostObserved,
  flags: readonly string[],
): readonly HostFinding[] =>
  flags.length === 0 || dropIns.length === 0 || needsReload
    ? []
    : [
        {
          problem: `runs with other flags than its unit has (${flags.join(', ')}), which a restart would not change: ${dropIns.join(', ')} may set them`,
          next: 'move what is set there to etcd-args, delete the file and run systemctl daemon-reload',
        },
      ]

const dropInNotes = ({ service: { dropIns = [] } }: HostObserved): readonly string[] =>
  dropIns.length === 0 ? [] : [`${dropIns.join(', ')} changes its unit, and stays as it is`]

/** Why it has to be restarted although its files are, or will be, as asked for. */
const processReasons = (
  desired: Desired,
  { process, service, binaries }: HostObserved,
  status: MemberStatus | undefined,
  { unit, flags }: { readonly unit: UnitState; readonly flags: readonly string[] },
): readonly string[] => {
  const name = `${desired.layout.serviceName}.service`
  if (service.activeState !== 'active') return [`${name} is ${service.activeState} (${service.subState})`]
  const etcd = binaries.etcd
  const releaseRight = etcd?.version === desired.release.version
  const otherBinary = process !== undefined && process.exeSha256 !== '' && process.exeSha256 !== etcd?.sha256
  const otherVersion = status !== undefined && status.version !== desired.release.version
  return [
    ...(releaseRight && (otherBinary || otherVersion)
      ? [`runs another binary than the one at ${desired.layout.binDir}/etcd`]
      : []),
    ...(flags.length > 0 ? [`runs with other flags than its unit has: ${flags.join(', ')}`] : []),
    ...(service.needsReload && unit.kind !== 'settings'
      ? [`systemd has not read the latest ${name}, and it may run with an older one`]
      : []),
    ...(process?.caChangedSince === true ? ['runs with the CA it read before ca.pem was last changed'] : []),
  ]
}

interface LeafReasons {
  readonly renew: readonly string[]
  readonly notes: readonly string[]
  readonly findings: readonly HostFinding[]
}

/** A certificate of a CA that is not trusted everywhere yet would be refused: the one in place has to last until then. */
const leafReasons = (
  { certificates }: Desired,
  { certificate }: HostObserved,
  reasons: readonly string[],
  { mayRenew }: Trust,
): LeafReasons => {
  if (reasons.length === 0) return { renew: [], notes: [], findings: [] }
  if (mayRenew) return { renew: reasons, notes: [], findings: [] }
  const lasts = certificate !== undefined && isTrustedBy(certificate.text, certificates.caPem)
  return lasts
    ? {
        renew: [],
        notes: [`its certificate stays in this run, and is renewed by the next: ${reasons.join('; ')}`],
        findings: [],
      }
    : {
        renew: [],
        notes: [],
        findings: [
          {
            problem: `${reasons.join('; ')}, and not every member trusts the CA that a new one would come from yet`,
            next: 'give the ca-cert and ca-key that all members trust',
          },
        ],
      }
}
