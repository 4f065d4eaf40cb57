import type { Fate } from '../../lab/gate.js'

/** A command that a roll sent to a host, and how many bytes of input it got. */
export interface Recorded {
  readonly name: string
  readonly bytes: number
}

/** Where the runner of a roll is killed. */
export interface KillPoint {
  readonly command: string
  /** The how-manieth command of this name in the run, counted from 1, of so many. */
  readonly turn: number
  readonly turns: number
  /** What becomes of the command at which it dies; `run`: it dies `afterMs` later. */
  readonly fate: Exclude<Fate, 'count'>
  readonly afterMs?: number
  /** When the next run begins: after the hosts have healed by themselves, or at once. */
  readonly next: 'healed' | 'at once'
}

/** Commands that change nothing: one point of each kind. All others, new ones too, count as changes. */
const LOOKS = /^(look |read |ask |run (etcdctl|etcdutl) (endpoint|member list|alarm|get|snapshot status))/

/** Does the command at which it dies change something? */
export const changes = ({ command }: KillPoint): boolean => !LOOKS.test(command)

const RESTARTS = /^restart /
/** A restart goes through states that last for moments, and the next run may look at the host in any of them. Milliseconds. */
const LATE_MS = [25, 50, 80, 105, 130, 180, 250, 400, 700]

/** Between these two of one member its timer is armed, and what the next run finds depends on when it begins. */
const ARMS = /^set the timer/
const CONFIRMS = /^confirm the change/

/**
 * All points of a roll: before each command that changes something and inside of it, with its input cut off where it has any;
 * while the timer of a member is armed, once with the next run at once and once when the host has healed; and in the middle of a
 * restart, with the next run at once.
 */
export const killPoints = (recorded: readonly Recorded[]): readonly KillPoint[] => {
  const turns = new Map<string, number>()
  const total = (name: string): number => recorded.filter((other) => other.name === name).length
  let armed = false
  return recorded.flatMap(({ name, bytes }) => {
    const turn = (turns.get(name) ?? 0) + 1
    turns.set(name, turn)
    const point = { command: name, turn, turns: total(name) }
    if (LOOKS.test(name)) return turn === 1 ? [{ ...point, fate: 'orphan', next: 'healed' } as const] : []
    const before = armed
    if (ARMS.test(name)) armed = true
    if (CONFIRMS.test(name)) armed = false
    const fates = ['drop', 'orphan', ...(bytes > 0 ? ['starve' as const] : [])] as const
    const late = RESTARTS.test(name) ? LATE_MS : []
    return [
      ...fates.flatMap((fate) =>
        (fate === 'drop' ? before : armed)
          ? [{ ...point, fate, next: 'healed' } as const, { ...point, fate, next: 'at once' } as const]
          : [{ ...point, fate, next: 'healed' } as const],
      ),
      ...late.map((afterMs) => ({ ...point, fate: 'run', afterMs, next: 'at once' }) as const),
    ]
  })
}

const PLACES = {
  drop: 'before',
  orphan: 'inside',
  starve: 'inside, before its input:',
  run: 'ms into',
} as const

/** "inside: restart etcd (2 of 3), next run at once". */
export const pointName = ({ command, turn, turns, fate, afterMs, next }: KillPoint): string =>
  `${afterMs === undefined ? '' : `${afterMs} `}${PLACES[fate]} ${command}${turns > 1 ? ` (${turn} of ${turns})` : ''}${next === 'at once' ? ', next run at once' : ''}`

/**
 * One point of each kind of command, in the middle of the roll where there are several: inside it. Where a timer is armed only the
 * restart waits for it, as that takes its time. And one moment of a restart.
 */
export const oneOfEachKind = (points: readonly KillPoint[]): readonly KillPoint[] => {
  const kinds = [...new Set(points.map(({ command }) => command))]
  const late = points.filter(({ afterMs }) => afterMs !== undefined)
  const middleOfLate = Math.floor(late.length / 2)
  const chosen = kinds.flatMap((kind) => {
    const own = points.filter(
      ({ command, fate }) => command === kind && (fate === 'orphan' || fate === 'starve'),
    )
    const middle = own.filter(({ turn, turns }) => turn === Math.ceil(turns / 2))
    const from = middle.length > 0 ? middle : own
    const quick = from.find(({ next }) => next === 'at once')
    const slow = from.find(({ fate }) => fate === 'starve') ?? from[0]
    const one = quick && !RESTARTS.test(kind) ? quick : slow
    return one ? [one] : []
  })
  return [...chosen, ...late.slice(middleOfLate, middleOfLate + 1)]
}
