import type { BinaryFact, DirectoryFact, FileFact, HostObserved, ListenerFact } from '../cluster/observed.js'
import type { Layout } from '../cluster/desired.js'
import { Failure } from '../failure.js'
import { argvOf, decoded } from './coded.js'
import { accountOf } from './facts-account.js'
import { exposedOf } from './facts-exposed.js'
import { parseEnvironment } from './facts-environment.js'
import { parseEtcds } from './facts-etcds.js'
import { storageOf } from './facts-storage.js'
import { certificatePaths, STATE_DIR, unitPath, UNIT_DIR } from '../cluster/places.js'
import { serviceOf } from './service-show.js'

/** The runner's clock before a command was sent and after it was answered, milliseconds since the epoch. */
export interface RoundTrip {
  readonly sentMs: number
  readonly gotMs: number
}

export interface FactsText {
  readonly member: string
  readonly layout: Layout
  readonly tempDir: string
  /** Absent where no snapshot is ever taken. */
  readonly snapshotDir?: string | undefined
  readonly trip: RoundTrip
  /** What the facts script printed. */
  readonly text: string
}

/** Turns what the facts script printed into facts. Throws Failure when it is cut off: half the facts are no facts. */
export const parseFacts = ({ member, layout, tempDir, snapshotDir, trip, text }: FactsText): HostObserved => {
  const rows = text.split('\n').map((line) => line.split('\t'))
  const all = (key: string): string[][] => rows.filter((row) => row[0] === key).map((row) => row.slice(1))
  const first = (key: string): string[] | undefined => all(key)[0]
  if (!first('end')) {
    throw new Failure({
      what: 'cannot read the facts of the host',
      where: member,
      why: 'the answer is cut off',
    })
  }

  const texts = new Map(all('text').map(([label, coded]) => [label, decoded(coded)]))
  const stats = new Map(
    all('stat').map(([mode = '', owner = '', type = '', path, changed = '']) => [
      path,
      { mode, owner, type, changed },
    ]),
  )
  const storage = storageOf({
    mounts: all('mount'),
    lines: all('mountinfo'),
    storage: all('storage'),
    labels: all('dir').map(([label = '']) => label),
  })
  const directories = new Map(all('dir').map(([label, writable, empty]) => [label, { writable, empty }]))

  const file = (label: string, path: string): FileFact | undefined => {
    const stat = stats.get(path)
    if (!stat || stat.type === 'directory') return undefined
    return { mode: stat.mode, owner: stat.owner, text: texts.get(label) ?? '' }
  }
  const directory = (label: string, path: string): DirectoryFact => {
    const stat = stats.get(path)
    const seen = directories.get(label)
    const exists = stat?.type === 'directory'
    return {
      exists,
      empty: seen?.empty !== 'no',
      mode: exists ? stat.mode : '',
      owner: exists ? stat.owner : '',
      writable: seen?.writable === 'yes',
      availableBytes: 0,
      ...storage.get(label),
    }
  }

  const binaries = new Map<string | undefined, BinaryFact>(
    all('binary').map(([name, sha256 = '', version = '']) => [
      name,
      { sha256, version: versionOnly(version) },
    ]),
  )
  const binary = (name: 'etcd' | 'etcdctl' | 'etcdutl'): Record<string, BinaryFact> =>
    binaries.has(name) ? { [name]: binaries.get(name)! } : {}

  // One that ends has no command line any more.
  const [pid, argv] = all('process').find(([, line]) => line) ?? []
  const exe = first('exe')?.[0]
  const paths = certificatePaths(layout)
  const account = accountOf(first('user'))
  const etcds = parseEtcds(all)
  return {
    member,
    init: first('init')?.[0] ?? '',
    machine: first('machine')?.[0] ?? '',
    ...clockOf(
      all('clock').map(([nanoseconds = '']) => nanoseconds),
      trip,
    ),
    service: {
      ...serviceOf(all('show').map(([property = '']) => property)),
      unit: file('unit', unitPath(layout)),
    },
    process:
      pid === undefined
        ? undefined
        : {
            pid: Number(pid),
            exeSha256: (exe === 'same' ? binaries.get('etcd')?.sha256 : exe) ?? '',
            argv: argvOf(argv),
            ...caAge(stats.get(paths.ca)?.changed, first('born')?.[0]),
          },
    binaries: { ...binary('etcd'), ...binary('etcdctl'), ...binary('etcdutl') },
    ca: file('ca', paths.ca),
    certificate: file('certificate', paths.certificate),
    key: file('key', paths.key),
    dataDir: directory('data', layout.dataDir),
    hasMemberData: first('data') !== undefined,
    ...raftSnapshotOf(first('snap')?.[0]),
    walDir: layout.walDir === '' ? undefined : directory('wal', layout.walDir),
    binDir: directory('bin', layout.binDir),
    caDir: directory('ca', layout.caDir),
    unitDir: directory('unit', UNIT_DIR),
    tempDir: directory('temp', tempDir),
    ...(directories.has('state')
      ? { stateDir: directory('state', `${STATE_DIR}/${layout.serviceName}`) }
      : {}),
    ...(snapshotDir === undefined ? {} : { snapshotDir: directory('snapshot', snapshotDir) }),
    ...exposedOf(all('exposed'), all('nested')),
    userExists: first('user') !== undefined,
    ...(account === undefined ? {} : { account }),
    listeners: uniqueListeners(
      all('listener').map(([port = '', owner, command = '']) => ({
        port: Number(port),
        pid: Number(owner),
        command,
      })),
    ),
    ...etcds,
    bootstrapMarker: texts.get('marker'),
    ...(first('unconfirmed') === undefined ? {} : { unconfirmed: true }),
    environment: parseEnvironment(all('env')),
  }
}

/** From the name of its file, hexadecimal (etcd server/etcdserver/api/snap/snapshotter.go, save). */
const raftSnapshotOf = (file = ''): Pick<HostObserved, 'raftSnapshot'> => {
  const [, term, index] = /^([0-9a-f]{16})-([0-9a-f]{16})\.snap$/.exec(file) ?? []
  return term === undefined || index === undefined
    ? {}
    : { raftSnapshot: { term: BigInt(`0x${term}`).toString(), index: BigInt(`0x${index}`).toString() } }
}

/** Both times are whole seconds, and the kernel's idea of when it booted moves by one. */
const CLOCK_GRAIN_S = 2

/**
 * Was the CA file put there after the process had begun? By its change time, as a file that was written earlier and moved into
 * place keeps the time of its text.
 */
const caAge = (
  changed: string | undefined,
  born: string | undefined,
): { readonly caChangedSince?: boolean } => {
  if (!/^\d+$/.test(changed ?? '') || !/^\d+$/.test(born ?? '')) return {}
  return { caChangedSince: Number(changed) - Number(born) > CLOCK_GRAIN_S }
}

/** How far the host's clock is ahead, and the most that estimate can be off: half of the time spent on the way. */
export const clockOf = (
  nanoseconds: readonly string[],
  { sentMs, gotMs }: RoundTrip,
): Pick<HostObserved, 'clockSkewMs' | 'clockErrorMs'> => {
  const [began = Number.NaN, done = Number.NaN] = nanoseconds.map(millisecondsOf)
  const onTheWay = Math.max(0, gotMs - sentMs - (done - began))
  return {
    clockSkewMs: Math.round((began - sentMs + (done - gotMs)) / 2),
    clockErrorMs: Math.ceil(onTheWay / 2),
  }
}

/** `date +%s%N`; where `%N` is not known to it, whole seconds. */
const millisecondsOf = (text: string): number =>
  /^\d{19}$/.test(text) ? Number(text.slice(0, 13)) : Number(/^\d+/.exec(text)?.[0] ?? Number.NaN) * 1000

const versionOnly = (text: string): string => /^v?(\d+\.\d+\.\d+(?:[^\d\s]\S*)?)$/.exec(text)?.[1] ?? ''

/** One line for each port and process: a process that listens on several addresses counts once. */
const uniqueListeners = (listeners: readonly ListenerFact[]): readonly ListenerFact[] => [
  ...new Map(listeners.map((listener) => [`${listener.port} ${listener.pid}`, listener])).values(),
]
