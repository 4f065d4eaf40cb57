import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { HostObserved, MemberStatus, Observed } from '../../cluster/observed.js'
import { toolPath, unitName } from '../../cluster/places.js'
import { isTrustedBy } from '../../pki/trust.js'
import { certificateDeviations } from '../certificates.js'
import { environmentFindings } from '../environment/findings.js'
import { hostOf } from '../evidence.js'
import type { RollPart } from '../plan.js'
import type { HostFinding } from '../checks/check.js'
import { releaseDeviations } from '../release.js'
import { directoryDeviations } from '../running.js'
import { anotherLifeFindings } from './another-life.js'
import { isCutOff } from './cut-off.js'
import { identityFindings } from './identity.js'
import { proxyReasons } from './links.js'
import { unitAsMeant } from './unit-as-meant.js'
import type { Trust } from './trust.js'
import { flagChanges, type UnitState, unitStateOf } from './unit.js'

/** Everything that is not as asked for on one member, sorted by what it takes to change it. */
export interface MemberChange {
  readonly member: Member
  readonly host: HostObserved
  /** Its service is not active, or it does not answer. */
  readonly down: boolean
  /** Its pair is refused by all (see cut-off.ts), and is to be exchanged; then it is down for that, and comes back by itself. */
  readonly cutOff: boolean
  readonly leads: boolean
  /** It cannot open connections to others, and its restart is to mend that. */
  readonly mendsLinks: boolean
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
  /** The text that its unit is to have. */
  readonly wanted: string
  readonly notes: readonly string[]
  /** What its next restart would fail at, though this run does not restart it. */
  readonly warnings: readonly string[]
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
  const wanted = unitAsMeant(desired, member, host, observed.cluster)
  const unit = unitStateOf(wanted, host)
  const flags = runningFlags(wanted, host, unit)
  const release = releaseReasons(desired, host)
  const files = certificateDeviations(desired, member, host, now)
  const reasonsOf = (what: string) =>
    files.filter((deviation) => deviation.what === what).map(({ detail }) => detail)
  const leaf = leafReasons(desired, host, reasonsOf('certificate'), trust)
  const cutOff = leaf.renew.length > 0 && isCutOff(host, observed.hosts, now)
  // One that waits for its peers does not need to be started anew once they take it again.
  const waits = cutOff && host.process !== undefined
  // Who ended for its pair, and whom nobody misses, as there is no quorum, is started with another one.
  const ended = cutOff && hasEnded(host) && observed.cluster === undefined
  const hot = active || waits || ended
  const parts = new Map<RollPart, readonly string[]>(
    (
      [
        ['release', release.etcd],
        ['unit', unit.kind === 'settings' ? [`its unit differs: ${unit.changes.join(', ')}`] : []],
        ['ca', reasonsOf('CA')],
        // It cannot be proven on the wire where nothing runs, so it is proven by the start.
        ['certificate', hot ? [] : leaf.renew],
        [
          'process',
          !active && hot
            ? []
            : [
                ...processReasons(desired, host, status, { unit, flags }),
                ...proxyReasons(desired, observed, member),
              ],
        ],
      ] as const
    ).filter(([, reasons]) => reasons.length > 0),
  )
  const inherited = environmentFindings(desired, member, host)
  const restarts = parts.size > 0
  return {
    member,
    host,
    down: !active || observed.cluster === undefined || (statuses !== undefined && status === undefined),
    cutOff: cutOff && hot,
    leads: status?.isLeader ?? false,
    mendsLinks: proxyReasons(desired, observed, member).length > 0,
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
      ...(unit.kind === 'next-start' ? unit.changes.map((change) => `its unit: ${change}`) : []),
      ...(unit.kind === 'text' ? ['comments, blanks or the order of lines in its unit differ'] : []),
    ],
    tools: release.tools,
    renew: hot ? leaf.renew : [],
    findings: [
      ...identityFindings(desired, member, host, observed.cluster !== undefined),
      ...anotherLifeFindings(desired, member, host, observed.cluster),
      ...leaf.findings,
      ...(restarts && inherited.length > 0 ? inherited : dropInFindings(host, flags)),
    ],
    ...{ unit, wanted },
    warnings: restarts
      ? []
      : inherited.map(
          ({ problem, next }) =>
            `${member.name} would not come back from its next restart: ${problem}; ${next}`,
        ),
    notes: [...leaf.notes, ...dropInNotes(host)].map((note) => `${member.name}: ${note}`),
  }
}

const hasEnded = ({ service }: HostObserved): boolean =>
  service.activeState === 'failed' || service.subState.startsWith('auto-restart')

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
  wanted: string,
  { process, service }: HostObserved,
  unit: UnitState,
): readonly string[] =>
  process === undefined || unit.kind === 'settings' || service.activeState !== 'active'
    ? []
    : flagChanges(process.argv, wanted)

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
  const name = unitName(desired.layout)
  if (service.activeState !== 'active') return [`${name} is ${service.activeState} (${service.subState})`]
  const etcd = binaries.etcd
  const releaseRight = etcd?.version === desired.release.version
  const otherBinary = process !== undefined && process.exeSha256 !== '' && process.exeSha256 !== etcd?.sha256
  const otherVersion = status !== undefined && status.version !== desired.release.version
  return [
    ...(releaseRight && (otherBinary || otherVersion)
      ? [`runs another binary than the one at ${toolPath(desired.layout, 'etcd')}`]
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
