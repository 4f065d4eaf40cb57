import type { Desired } from '../../cluster/desired.js'
import type { ChangeStep, Step } from '../plan.js'
import type { MemberChange } from './member.js'

/**
 * The steps of what comes first where there is no quorum: what restarts nothing, and new pairs for members that are cut off by theirs.
 * The rest is planned once they are back.
 */
export const firstSteps = (changes: readonly MemberChange[]): readonly Step[] => [
  ...each(changes, 'correct-host', ({ correct }) => correct),
  ...each(changes, 'install-release', ({ tools }) => tools),
  ...renewals(changes.filter(({ cutOff }) => cutOff)),
]

/** Who is restarted, in order: what is down already first, then followers in the order of `hosts`, the leader last. */
export const rollOrder = (rolling: readonly MemberChange[]): readonly MemberChange[] => [
  ...rolling.filter(({ down }) => down),
  ...rolling.filter(({ down, leads, mendsLinks }) => !down && !leads && mendsLinks),
  ...rolling.filter(({ down, leads, mendsLinks }) => !down && !leads && !mendsLinks),
  ...rolling.filter(({ down, leads }) => !down && leads),
]

/**
 * The steps of a change. What restarts nothing comes first: it may be what a member needs to be healthy, and everything else
 * takes healthy members. All is staged before the first member is stopped.
 */
export const changeSteps = (
  changes: readonly MemberChange[],
  rolling: readonly MemberChange[],
  snapshotOn: MemberChange | undefined,
): readonly Step[] => [
  ...each(changes, 'correct-host', ({ correct }) => correct),
  ...each(changes, 'install-release', ({ tools }) => tools),
  ...renewals(waitsForRoll(rolling) ? changes.filter(({ cutOff }) => cutOff) : changes),
  ...(snapshotOn === undefined
    ? []
    : [
        {
          kind: 'take-snapshot' as const,
          member: snapshotOn.member.name,
          reason: 'before the first member is restarted',
        },
      ]),
  ...each(rolling, 'stage', ({ parts }) => [...parts.keys()]),
  ...rollOrder(rolling).map((change): ChangeStep => ({
    kind: 'roll-member',
    member: change.member.name,
    parts: [...change.parts.keys()],
    reason: [...change.parts.values()].flat().join('; ') + placeInOrder(change),
  })),
  ...renewals(waitsForRoll(rolling) ? changes.filter(({ cutOff }) => !cutOff) : []),
]

/** A member that is down is rolled first: no pair is exchanged beside one that is down, but for those that are cut off by theirs. */
const waitsForRoll = (rolling: readonly MemberChange[]): boolean => rolling.some(({ down }) => down)

/** Those that are cut off first, then followers, the leader last. */
const renewals = (changes: readonly MemberChange[]): readonly Step[] => {
  const renewing = changes.filter(({ renew }) => renew.length > 0)
  return [
    ...renewing.filter(({ cutOff }) => cutOff),
    ...renewing.filter(({ cutOff, leads }) => !cutOff && !leads),
    ...renewing.filter(({ cutOff, leads }) => !cutOff && leads),
  ].map(({ member, renew, cutOff }) => ({
    kind: 'renew-certificate',
    member: member.name,
    reason: renew.join('; '),
    ...(cutOff ? { cutOff } : {}),
  }))
}

/**
 * Where the snapshot is taken: at a member that is up, and not at the leader where another one is there. undefined where none
 * is asked for, or none is up.
 */
export const snapshotMember = (
  { snapshot }: Desired,
  changes: readonly MemberChange[],
  versionChanges: boolean,
): MemberChange | undefined => {
  if (snapshot.when === 'never' || (snapshot.when === 'auto' && !versionChanges)) return undefined
  const up = changes.filter(({ down }) => !down)
  return up.find(({ leads }) => !leads) ?? up[0]
}

const placeInOrder = ({ down, leads }: MemberChange): string =>
  down ? ' (first, as it is down)' : leads ? ' (last, as it leads)' : ''

const each = (
  changes: readonly MemberChange[],
  kind: 'correct-host' | 'install-release' | 'stage',
  reasonsOf: (change: MemberChange) => readonly string[],
): readonly Step[] =>
  changes.flatMap((change) => {
    const reasons = reasonsOf(change)
    return reasons.length === 0
      ? []
      : [{ kind, member: change.member.name, reason: reasons.join(kind === 'stage' ? ', ' : '; ') }]
  })
