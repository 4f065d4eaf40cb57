import { describe, expect, it } from 'vitest'
import type { RollListener } from '../../../src/apply/engine/listener.js'
import type { RollWorld } from '../../../src/apply/engine/port.js'
import type { PhaseSpan } from '../../../src/cluster/roll-phase.js'
import type { Behaviour } from '../../simulation/host.js'
import { POLICY, setUp } from '../roll/rolling.fixture.js'

/** Rolls three simulated members, led by etcd-1, and gives all that a listener heard. */
const heard = async (behaviours: readonly Behaviour[], more: Partial<RollWorld> = {}) => {
  const spans: PhaseSpan[] = []
  const waited: string[] = []
  const decided: string[] = []
  const listener: RollListener = {
    ended: (span) => void spans.push(span),
    waiting: (reason) => void waited.push(reason),
    decided: (what) => void decided.push(what),
  }
  await setUp(behaviours)
    .go(more, {}, undefined, listener)
    .catch(() => undefined)
  return { spans, waited, decided, phasesOf: (member: string) => phases(spans, member) }
}

const phases = (spans: readonly PhaseSpan[], member: string): readonly string[] =>
  spans.filter((span) => span.member === member).map(({ phase, ok }) => (ok ? phase : `${phase} FAILED`))

describe('the phases of a roll', () => {
  it('are told for each member and for the cluster, one after the other by the clock of the world', async () => {
    const { spans, phasesOf } = await heard(['good', 'good', 'good'])
    const rolled = ['arm', 'swap', 'restart', 'join', 'soak', 'confirm', 'gate after', 'after-member']
    expect(phasesOf('etcd-2')).toEqual(['before-member', 'gate', ...rolled])
    expect(phasesOf('etcd-1')).toEqual(['before-member', 'gate', 'hand over', ...rolled])
    expect(phasesOf('')).toEqual([
      ...['look', 'compare data', 'choose', 'choose', 'choose', 'whole cluster', 'compare data'],
    ])
    spans.forEach(({ from, to }, index) => {
      expect(to).toBeGreaterThanOrEqual(from)
      expect(from).toBeGreaterThanOrEqual(spans[index - 1]?.to ?? 0)
    })
    const soak = spans.find(({ phase }) => phase === 'soak')!
    expect(soak.to - soak.from).toBeGreaterThanOrEqual(POLICY.soakMs)
    expect(soak.verdict).toEqual({ ok: true, condition: '', reason: '' })
  })

  it('say what was waited for', async () => {
    const { waited } = await heard(['good', 'good', 'good'])
    expect(waited.filter((reason) => reason !== '').length).toBeGreaterThan(0)
    expect(waited.at(-1)).toBe('')
  })

  it('name the condition that a member failed at, and end with its way back', async () => {
    const { spans, phasesOf } = await heard(['good', 'good', 'no-start'])
    expect(phasesOf('etcd-3').slice(-2)).toEqual(['join FAILED', 'put back'])
    expect(spans.find(({ ok }) => !ok)?.verdict).toEqual({
      ok: false,
      condition: 'service runs',
      reason: 'etcd exited; systemd says activating/auto-restart',
    })
    expect(phasesOf('etcd-1')).toEqual([])
  })

  it('tell of a way back that failed', async () => {
    const { phasesOf } = await heard(['good', 'good', 'no-start'], {
      revert: () => Promise.reject(new Error('connection lost')),
    })
    expect(phasesOf('etcd-3').slice(-2)).toEqual(['join FAILED', 'put back FAILED'])
  })

  it('tell who leads now where leadership was moved', async () => {
    const { decided } = await heard(['good', 'good', 'good'])
    expect(decided).toEqual(['leadership moved from etcd-1 to etcd-2'])
  })
})
