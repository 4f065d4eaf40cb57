import type { EtcdStart } from '../cluster/found-etcd.js'
import { withoutEndingSlashes } from '../cluster/path.js'
import { parseExecStart, parseUnit, splitWords } from './parse-unit.js'
import { variableOf } from './settings/names.js'

const SHELLS = [
  'sh',
  'bash',
  'dash',
  'env',
  'nice',
  'ionice',
  'taskset',
  'numactl',
  'chrt',
  'timeout',
  'exec',
]
const ENGINES = ['docker', 'podman', 'nerdctl', 'ctr', 'rkt']

/**
 * The command line of the etcd that a unit starts: its own, or one in the words of a shell, as CentOS' package has it, or of a container
 * engine. undefined where it starts none: directories are called etcd, too.
 */
export const etcdCommand = (argv: readonly string[]): readonly string[] | undefined => {
  const program = baseOf(argv[0] ?? '')
  if (program === 'etcd') return argv
  const image = ENGINES.includes(program)
  if (!image && !SHELLS.includes(program)) return undefined
  const words = argv.slice(1).flatMap((word) => word.replace(/["']/g, '').split(/\s+/))
  const at = words.findIndex((word, index) => {
    const name = image ? withoutTag(word) : word
    const next = words[index + 1] ?? '-'
    return (
      /^(?!\/(?:var|etc)\/)(?:[\w.:@+/-]*\/)?etcd$/.test(name) &&
      (next.startsWith('-') || next.startsWith('$') || image)
    )
  })
  return at < 0 ? undefined : words.slice(at)
}

/** The name of an image, without its tag or digest. */
const withoutTag = (image: string): string => {
  const last = image.lastIndexOf('/') + 1
  const mark = image.slice(last).search(/[:@]/)
  return mark < 0 ? image : image.slice(0, last + mark)
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Where an etcd keeps its data and listens, as its start tells. */
export interface EtcdPlaces {
  /** Empty: its default place, below the folder that it is started in. */
  readonly dataDir: string
  /** Empty: inside its data. */
  readonly walDir: string
  /** Of its peers: advertised and listened at. Empty: etcd's defaults. */
  readonly peerUrls: readonly string[]
  readonly clientUrls: readonly string[]
  /** The file that it reads its settings from; empty where there is none. */
  readonly configFile: string
}

/** Of an etcd that tells nothing of them. */
export const NOWHERE: EtcdPlaces = { dataDir: '', walDir: '', peerUrls: [], clientUrls: [], configFile: '' }

/** undefined where a unit, looked at closely, starts no etcd. */
export const placesOf = (start: EtcdStart): EtcdPlaces | undefined => {
  const { unitText } = start
  const argv = unitText === undefined ? start.argv : etcdCommand(parseExecStart(unitText) ?? [])
  if (argv === undefined) return undefined
  const variables = { ...(unitText === undefined ? {} : environmentOf(unitText)), ...start.variables }
  const settings = start.config?.settings
  const value = (flag: string): string => {
    const given =
      settings === undefined ? (flagIn(argv, flag) ?? variables[variableOf(flag)]) : settings[flag]
    return (given ?? '').replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (all, a?: string, b?: string) => variables[a ?? b ?? ''] ?? all,
    )
  }
  const urls = (...flags: readonly string[]): readonly string[] => [
    ...new Set(flags.flatMap((flag) => value(flag).split(',')).filter((url) => url !== '')),
  ]
  const path = (flag: string): string => {
    const given = value(flag).startsWith('/') ? withoutEndingSlashes(value(flag)) || '/' : value(flag)
    return given === '' || given.startsWith('/') || start.folder === undefined
      ? given
      : `${start.folder}/${given}`
  }
  return {
    dataDir: path('data-dir'),
    walDir: path('wal-dir'),
    peerUrls: urls('initial-advertise-peer-urls', 'listen-peer-urls'),
    clientUrls: urls('advertise-client-urls', 'listen-client-urls'),
    configFile: start.config?.path ?? '',
  }
}

/** The last value counts; one dash is as good as two. */
const flagIn = (argv: readonly string[], flag: string): string | undefined =>
  argv
    .flatMap((word, at) => {
      const [, name, value] = /^--?([\w-]+)(?:=([^]*))?$/.exec(word) ?? []
      return name !== flag ? [] : [value ?? argv[at + 1] ?? '']
    })
    .at(-1)

const environmentOf = (unitText: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    parseUnit(unitText)
      .filter(({ section, key }) => section === 'Service' && key === 'Environment')
      .flatMap(({ value }) => splitWords(value))
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  )
