import type { EndpointHealth } from '../../cluster/health.js'
import type { MemberSeen } from '../../cluster/roll-phase.js'
import { block, type Piece } from '../page.js'
import { table } from '../markdown.js'
import type { Outcome } from '../outcome.js'

/** A row for each member: how it is, what it was before, and what this run did to it. */
export const members = (outcome: Outcome): readonly Piece[] => {
  const rows = rowsOf(outcome)
  if (rows.length === 0) return []
  const withEndpoint = rows.some(({ endpoint }) => endpoint !== '')
  const withChange = rows.some(({ name }) => changeOf(outcome, name) !== '')
  const keep = <T>(cells: readonly [boolean, T][]): readonly T[] =>
    cells.flatMap(([shown, cell]) => (shown ? [cell] : []))
  return [
    block('### Members'),
    table(
      keep([
        [true, 'Member'],
        [withEndpoint, 'Endpoint'],
        [true, 'Health'],
        [withChange, 'This run'],
        [true, 'Version'],
        [true, 'Role'],
        [withEndpoint, 'Read'],
        [withEndpoint, 'DB size'],
      ]),
      rows.map((row) =>
        keep([
          [true, [row.name, row.id].filter((text) => text !== '').join(' ')],
          [withEndpoint, row.endpoint],
          [true, row.health],
          [withChange, changeOf(outcome, row.name)],
          [true, arrow(before(outcome, row.name)?.version, row.version)],
          [true, roleOf(outcome, row)],
          [withEndpoint, row.took],
          [withEndpoint, row.size],
        ]),
      ),
    ),
  ]
}

interface Row {
  readonly name: string
  readonly id: string
  readonly endpoint: string
  readonly health: string
  readonly version: string
  readonly role: string
  readonly took: string
  readonly size: string
}

/** The verdict where there is one, else the last look of the roll, else what members were before. */
const rowsOf = ({ verdict, lastSeen, before }: Outcome): readonly Row[] => {
  if (verdict !== undefined && verdict.endpoints.length > 0) return verdict.endpoints.map(fromEndpoint)
  if (lastSeen !== undefined) return lastSeen.map(fromLook)
  return (before ?? []).map(({ member, version, isLeader }) => ({
    ...{ ...NOTHING, name: member, version },
    ...{ health: 'not asked at the end', role: isLeader ? 'leader' : 'follower' },
  }))
}

const NOTHING = { id: '', endpoint: '', took: '', size: '' }

const fromEndpoint = (of: EndpointHealth): Row => ({
  name: of.name,
  id: of.memberId,
  endpoint: of.endpoint,
  health: [
    of.healthy ? '✅ healthy' : `❌ unhealthy: ${of.error}`,
    ...of.alarms.map((alarm) => `alarm ${alarm}`),
  ].join(', '),
  version: of.version,
  role: of.version === '' ? '' : of.isLeader ? 'leader' : of.isLearner ? 'learner' : 'follower',
  took: of.tookMs === undefined || !of.healthy ? '' : `${of.tookMs.toFixed(1)} ms`,
  size: of.version === '' ? '' : `${(of.dbSize / 1024 / 1024).toFixed(1)} MiB`,
})

const fromLook = ({ member, version, isLeader, ready, state }: MemberSeen): Row => ({
  ...{ ...NOTHING, name: member, version },
  health: ready ? '✅ serves' : `❌ does not serve: ${state === '' ? 'its host does not answer' : state}`,
  role: version === '' ? '' : isLeader ? 'leader' : 'follower',
})

const before = ({ before }: Outcome, name: string) => before?.find(({ member }) => member === name)

const arrow = (was: string | undefined, is: string): string =>
  was === undefined || was === '' || was === is ? is : `${was} → ${is === '' ? '?' : is}`

const roleOf = (outcome: Outcome, { name, role }: Row): string => {
  const led = before(outcome, name)?.isLeader
  if (led === undefined || role === '' || role === 'learner' || led === (role === 'leader')) return role
  return led ? 'leader → follower' : 'follower → leader'
}

/** What the plan had for it, and what became of that. */
const changeOf = ({ plan, roll, changed, failure, operation }: Outcome, name: string): string => {
  const steps = plan?.steps.filter((step) =>
    step.kind === 'start-members' ? step.members.includes(name) : step.member === name,
  )
  const rolling = steps?.find(({ kind }) => kind === 'roll-member')
  const parts = rolling?.kind === 'roll-member' ? rolling.parts.join(', ') : ''
  if (roll?.rolled.includes(name)) return `rolled: ${parts}`
  if (roll?.reverted === name) return `⏪ put back: ${parts}`
  if (roll?.untouched.includes(name)) return `not touched (planned: ${parts})`
  if (steps === undefined || steps.length === 0) return ''
  const isSure = changed && failure === undefined
  if (operation === 'plan' || !changed) return parts === '' ? '' : `planned: ${parts}`
  if (rolling !== undefined) return `${isSure ? 'rolled' : 'begun'}: ${parts}`
  const other = plan?.kind === 'bootstrap' ? 'created' : 'corrected without a restart'
  return isSure ? other : 'begun'
}
