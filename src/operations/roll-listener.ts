import type { Canary } from '../apply/canary.js'
import type { RollListener } from '../apply/engine/listener.js'
import type { RollPhase } from '../cluster/roll-phase.js'
import type { Run } from '../run/run.js'

/** Each phase as what is being done, after the member's name. */
const DOING: Readonly<Record<RollPhase, string>> = {
  settle: 'settling what an earlier run left',
  gate: 'checking that all others are healthy before it is stopped',
  'before-member': 'running before-member',
  'hand over': 'handing over the leadership',
  arm: 'arming the timer that would put it back',
  swap: 'swapping its files',
  restart: 'restarting',
  prove: 'showing with new connections that its new certificate is taken',
  join: 'becoming healthy',
  soak: 'staying healthy',
  confirm: 'confirming',
  'gate after': 'checking that all are healthy',
  'after-member': 'running after-member',
  'put back': 'being put back',
  look: 'looking at all members',
  choose: 'waiting until the next member may go',
  'compare data': "comparing the members' data",
  'whole cluster': 'waiting until the whole cluster is healthy',
}

interface Turn {
  readonly name: string
  readonly ms: number
}

/** Keeps what a roll goes through for the report, and tells it in the log while it goes on. */
export const rollListener = (
  run: Run,
  canary: Canary | undefined,
): { readonly listener: RollListener; readonly turns: () => readonly Turn[] } => {
  let doing = ''
  let turn = ''
  const turns: Turn[] = []
  const takeTurn = (member: string): void => {
    if (!canary || member === turn) return
    const ms = canary.turn()
    if (turn !== '') turns.push({ name: turn, ms })
    turn = member
  }
  const listener: RollListener = {
    began: (member, phase) => {
      takeTurn(member)
      doing = `${member === '' ? '' : `${member}: `}${DOING[phase]}`
      run.live.clear()
      run.live.set(doing)
    },
    waiting: (reason) => run.live.set(reason === '' ? doing : `${doing}: ${reason}`),
    ended: (span) => {
      run.live.clear()
      run.progress.spans.push({ ...span, from: Math.round(span.from), to: Math.round(span.to) })
    },
    looked: ({ members }) => {
      run.progress.lastSeen = members.map(({ name, status, ready, activeState, subState }) => ({
        member: name,
        version: status?.version ?? '',
        isLeader: status !== undefined && status.leader === status.memberId,
        ready,
        state: activeState === '' ? '' : `${activeState}/${subState}`,
      }))
    },
    decided: (what) => run.ci.notice(what),
  }
  return {
    listener,
    turns: () => {
      takeTurn('')
      return turns
    },
  }
}
