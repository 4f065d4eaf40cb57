import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { EnvironmentFact, HostObserved } from '../../cluster/observed.js'
import { unitPath } from '../../cluster/places.js'
import { parseExecStart } from '../../etcd/parse-unit.js'
import { PROXY_VARIABLES } from '../../etcd/settings/proxy.js'
import { givenVariables, type Variable } from '../../etcd/settings/variables.js'
import { wantedUnit } from '../unit.js'

/** What a member is to be started with. */
export interface NextStart {
  /** What it is given beside its unit, which is ours by then: by systemd, drop-ins and the files that these name. */
  readonly variables: readonly Variable[]
  /** The command line that a drop-in starts in place of the unit's; undefined: none does. */
  readonly replaced: { readonly source: string; readonly argv: readonly string[] } | undefined
  /** Files that have to be there and are not. */
  readonly missing: readonly { readonly path: string; readonly source: string }[]
}

/** What the next start of a member inherits, once its unit is the one asked for; undefined where its host was not asked. */
export const nextStartOf = (
  desired: Desired,
  { environment }: Pick<HostObserved, 'environment'>,
): NextStart | undefined => {
  if (environment === undefined) return undefined
  const unit = unitPath(desired.layout)
  const unset = desired.etcd.keepProxy ? [] : PROXY_VARIABLES
  return {
    variables: givenVariables(environment, { without: unit, unset }),
    replaced: replacedStart(environment),
    missing: environment.given
      .filter(({ kind, by }) => kind === 'missing' && by !== unit)
      .map(({ file = '', by = '', line = 0 }) => ({ path: file, source: `${by}, line ${line}` })),
  }
}

/** The flags that the unit of a member will have, without dashes. */
export const wantedFlags = (desired: Desired, member: Member): readonly string[] =>
  (parseExecStart(wantedUnit(desired, member)) ?? [])
    .slice(1)
    .flatMap((word) => /^--([^=]+)=/.exec(word)?.[1] ?? [])

/** Of the lines of all drop-ins, in order: a line that ends in a backslash goes on in the next one. */
const replacedStart = ({ given }: EnvironmentFact): NextStart['replaced'] => {
  const rows = given.filter(({ kind }) => kind === 'start')
  const text = rows
    .map((row, index) => (isContinuation(rows, index) ? '' : 'ExecStart=') + row.text)
    .join('\n')
  const argv = parseExecStart(`[Service]\n${text}\n`)
  const first = rows.findLast(({ text: line }, index) => line !== '' && !isContinuation(rows, index))
  return argv === undefined || first === undefined
    ? undefined
    : { source: `${first.file}, line ${first.line}`, argv }
}

const isContinuation = (rows: readonly { readonly text: string }[], index: number): boolean =>
  rows[index - 1]?.text.endsWith('\\') ?? false
