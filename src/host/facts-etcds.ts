import type { DormantEtcdFact, EtcdStart, ForeignEtcdFact, FoundDataFact } from '../cluster/found-etcd.js'
import { withoutEnds } from '../trim.js'
import { cgroupOwner } from './cgroup-owner.js'
import { argvOf, decoded } from './coded.js'
import { SCRATCH } from '../cluster/places.js'

type Rows = readonly (readonly string[])[]

/** The rows of one key that the script printed, each without it. */
type All = (key: string) => Rows

/** What a host tells of the etcds on it but its service's main process. */
export interface EtcdsFound {
  readonly foreignEtcd: readonly ForeignEtcdFact[]
  readonly dormantEtcd: readonly DormantEtcdFact[]
  readonly foundData: readonly FoundDataFact[]
}

/** Reads the rows of the snippet that looks for every etcd of a host (facts-etcds-script.ts). */
export const parseEtcds = (all: All): EtcdsFound => {
  const states = statesOf(all('unit-show'))
  const startOf = startsFrom(all)
  const root = decoded(all('first')[0]?.[0])
  const units = all('dormant').map(([name = '', , text]) => ({ name, unitText: decoded(text) }))
  const foreignEtcd = all('foreign')
    // One that ends has no command line any more.
    .filter(([, , line]) => line)
    .map(([pid = '', cgroup, line]): ForeignEtcdFact => {
      const owner = cgroupOwner(decoded(cgroup), root)
      const state = states.get(owner.unit)
      const started = units.some(({ name }) => name === owner.unit) || state?.mainPid === pid
      const byHand = owner.container === undefined && state !== undefined && !started
      return {
        pid: Number(pid),
        ...owner,
        argv: argvOf(line),
        ...startOf(pid),
        ...(byHand ? { byHand } : {}),
      }
    })
    // Our own, for some moments: it may still run where a run was killed, or while another one only plans.
    .filter(
      ({ argv }) => !argv.some((word) => word.startsWith(`--data-dir=${SCRATCH}-`) || word === '--version'),
    )
  const running = new Set(foreignEtcd.map(({ unit }) => unit))
  const holds = all('holds')
  const dataIn = (key: string) => holds.filter(([of]) => of === key).map(([, dir = '']) => dir)
  const stopped = units
    .filter(({ name }) => !running.has(name))
    .map(({ name, unitText }): DormantEtcdFact => {
      const { active = 'inactive', enabled = '' } = states.get(name) ?? {}
      return {
        ...{ kind: 'unit', name, state: active, enabled: /^(?:enabled|generated|transient)/.test(enabled) },
        ...{ dataIn: dataIn(name), argv: [], unitText },
        ...startOf(name),
      }
    })
  const manifests = all('manifest').map(([path = '', flags]): DormantEtcdFact => ({
    ...{ kind: 'manifest', name: path, state: '', enabled: true, dataIn: dataIn(path) },
    argv: [
      'etcd',
      ...decoded(flags)
        .split('\n')
        .filter((line) => line !== ''),
    ],
  }))
  return {
    foreignEtcd,
    dormantEtcd: [...stopped, ...manifests],
    foundData: all('found-data').map(([dir = '', pid = '0', command = '']) => ({
      dir,
      ...(Number(pid) > 0 ? { holder: { pid: Number(pid), command } } : {}),
    })),
  }
}

interface UnitState {
  readonly active: string
  readonly mainPid: string
  readonly enabled: string
}

/** `systemctl show` of several units: a blank line between two of them. */
const statesOf = (rows: Rows): ReadonlyMap<string, UnitState> =>
  new Map(
    rows
      .map(([line = '']) => line)
      .join('\n')
      .split(/\n{2,}/)
      .map((block) => new Map(block.split('\n').map((line) => splitAt(line, '='))))
      .filter((values) => values.has('Id'))
      .map((values) => [
        values.get('Id') ?? '',
        {
          active: values.get('ActiveState') ?? '',
          mainPid: values.get('MainPID') ?? '',
          enabled: values.get('UnitFileState') ?? '',
        },
      ]),
  )

const startsFrom = (all: All) => {
  const starts = new Map(all('start').map(([key = '', text, folder = '']) => [key, { text, folder }]))
  const configs = new Map(all('config').map(([key = '', path = '', lines]) => [key, { path, lines }]))
  return (key: string): Omit<EtcdStart, 'argv'> => {
    const { text, folder = '' } = starts.get(key) ?? {}
    const variables = variablesIn(decoded(text))
    const config = configs.get(key)
    return {
      ...(Object.keys(variables).length === 0 ? {} : { variables }),
      ...(config === undefined
        ? {}
        : { config: { path: config.path, settings: settingsIn(decoded(config.lines)) } }),
      ...(folder === '' ? {} : { folder }),
    }
  }
}

const variablesIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => splitAt(line, '='))
      .filter(([name]) => name.startsWith('ETCD_'))
      .map(([name, value]) => [name, bare(value)]),
  )

/** Lines `name: value` of YAML, or of JSON, which is YAML too. */
const settingsIn = (lines: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines.split('\n').flatMap((line) => {
      const [key, value] = splitAt(line.replace(/^[\s{]+/, ''), ':')
      const name = bare(key.trim())
      return name === '' ? [] : [[name, bare(scalar(value.trim()))]]
    }),
  )

/** Without a comment behind it, or the comma or brace that JSON has there. */
const scalar = (value: string): string => {
  const comment = value.search(/\s#/)
  if (comment >= 0) return value.slice(0, comment).trimEnd()
  return /[,}]$/.test(value) ? value.slice(0, -1) : value
}

const bare = (word: string): string => withoutEnds(word, /["']/)

const splitAt = (line: string, separator: string): readonly [string, string] => {
  const at = line.indexOf(separator)
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}
