import type { ServiceFact } from '../cluster/observed.js'

/** The properties that `serviceOf` reads, for `systemctl show -p`. */
export const SHOW_PROPERTIES =
  'LoadState,ActiveState,SubState,Result,MainPID,NRestarts,UnitFileState,NeedDaemonReload,DropInPaths,' +
  'ConditionResult,ConditionTimestampMonotonic,AssertResult,AssertTimestampMonotonic,InactiveEnterTimestamp'

/** What `systemctl show` says of a service, without the unit file. */
export type ServiceState = Omit<ServiceFact, 'unit'>

/** Reads the lines `Property=value` of `systemctl show`; a property that is missing reads as absent, never as good. */
export const serviceOf = (lines: readonly string[]): ServiceState => {
  const values = new Map(lines.map((line) => splitOnce(line, '=')))
  const number = (name: string): number => Number(values.get(name) ?? 0) || 0
  // Not those that a distribution has for all services.
  const dropIns = (values.get('DropInPaths') ?? '').split(' ').filter((path) => path.includes('.service.d/'))
  // Both read `no` as well where they were never asked. Conditions come first: where one fails, no assertion is asked.
  const failed = (name: string): boolean =>
    values.get(`${name}Result`) === 'no' && number(`${name}TimestampMonotonic`) > 0
  const activeState = values.get('ActiveState') || 'inactive'
  // That of an earlier stop stays while it runs.
  const downSince = /^(?:inactive|failed)$/.test(activeState) ? values.get('InactiveEnterTimestamp') : ''
  const startRefused = failed('Condition') ? 'condition' : failed('Assert') ? 'assert' : undefined
  return {
    loadState: values.get('LoadState') || 'not-found',
    activeState,
    subState: values.get('SubState') || 'dead',
    result: values.get('Result') ?? '',
    mainPid: number('MainPID'),
    restarts: number('NRestarts'),
    unitFileState: values.get('UnitFileState') ?? '',
    needsReload: values.get('NeedDaemonReload') === 'yes',
    ...(startRefused === undefined ? {} : { startRefused }),
    ...(downSince ? { downSince } : {}),
    ...(dropIns.length === 0 ? {} : { dropIns }),
  }
}

const splitOnce = (line: string, separator: string): readonly [string, string] => {
  const at = line.indexOf(separator)
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + separator.length)]
}
