import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fate } from '../../lab/gate.js'
import { CANCEL, cancel, type RunResult, type StartedRun } from '../../lab/runner.js'
import type { Lab } from '../../lab/lab.js'
import { e2eLab } from './lab.js'
import { failed } from './refusal.js'
import { makeVictims, type Victims } from './roll-kill.js'
import { shownLog } from './shape.js'

const HOSTS = [1, 2, 3]
/** The lock of a run, and the one of earlier versions, which is held too. */
const LOCK = '/run/etcd-deploy/etcd.lock'
const OLD_LOCK = '/run/etcd-deploy-etcd.lock'
const tried = (lock: string): string => `flock -n ${lock} true || echo locked`

/** On a busy machine the few seconds that a cancel leaves may be too short; then it is tried once more. */
const TRIES = 2

describe('a roll that is cancelled inside the step of its second member', () => {
  let lab: Lab
  let victims: Victims

  beforeAll(async () => {
    lab = await e2eLab()
    victims = await makeVictims(lab, HOSTS)
  })
  afterAll(async () => {
    await victims?.close()
  })

  const pids = (): Promise<readonly string[]> =>
    Promise.all(HOSTS.map(async (host) => (await lab.on(host, 'pidof etcd || true')).trim()))
  /** Hosts whose lock somebody holds. */
  const locked = async (): Promise<readonly string[]> =>
    Promise.all(HOSTS.map((host) => lab.on(host, `${tried(OLD_LOCK)}; ${tried(LOCK)}`)))

  interface Ended {
    readonly result: RunResult
    /** From the signal to the end of the run. */
    readonly tookMs: number
    readonly host: number
    /** Numbers of the hosts whose etcd is another process than before. */
    readonly restarted: readonly number[]
  }

  /** Does something to the run when it sends that command to its second member, `afterMs` later. */
  const signalled = async (
    command: string,
    afterMs: number,
    act: (started: StartedRun) => Promise<unknown>,
  ): Promise<Ended> => {
    const before = await pids()
    let at = 0
    let host = 0
    const disturb = (started: StartedRun, its: number): Fate => {
      host = its
      void sleep(afterMs).then(() => {
        at = Date.now()
        return act(started)
      })
      return 'run'
    }
    const result = await victims.disturb({ command, turn: 2, act: disturb })
    expect(at, `it never came to its second "${command}":\n${shownLog(result)}`).toBeGreaterThan(0)
    const after = await pids()
    const restarted = HOSTS.filter((_, index) => before[index] !== after[index])
    return { result, tookMs: result.endedAt - at, host, restarted }
  }

  test.each([
    ['when its timer is to be set', 'set the timer that takes the change back', 0],
    ['when its files are replaced', 'put the new files of the member in place', 0],
    ['when it restarts', 'restart etcd', 0],
    ['while it becomes healthy', 'restart etcd', 400],
    ['when it is confirmed', 'confirm the change', 0],
  ])(
    '%s: that one is finished or put back, the third is not begun, all is released',
    async (_, command, afterMs) => {
      let tries = 0
      let isOverdue = true
      const once = async (): Promise<void> => {
        const { result, tookMs, host, restarted } = await signalled(command, afterMs, cancel)
        const { failure } = failed(result)
        console.log(`SIGINT at "${command}" + ${afterMs} ms: ended after ${tookMs} ms: ${failure}`)
        expect(result.signal).toBe(null)
        expect(tookMs, shownLog(result)).toBeLessThan(CANCEL.sigtermAfterMs)
        expect(failure).toMatch(/^the run was cancelled: by SIGINT, during "Roll 3 members"; /)
        expect(failure).toMatch(/run it again: it looks at the hosts first and goes on from there/)
        expect(restarted.length).toBeLessThan(3)
        isOverdue = failure.includes('not everything could be ended and released')
        if (isOverdue) {
          // True in any case: it says what it left, and endure shows that the next run makes all of it as asked.
          expect(failure, shownLog(result)).toMatch(/still under way: .*\S.*a member whose change was not/s)
          return
        }
        expect(failure, shownLog(result)).toMatch(/it was put back|rolled and confirmed: \S+, \S+/)
        expect(result.post).toMatchObject({
          exitCode: 0,
          log: expect.not.stringContaining('::warning') as unknown,
        })
        expect(await locked()).toEqual(['', '', ''])
        expect(await lab.on(host, 'ls -A /var/lib/etcd-deploy/etcd')).toBe('outcome\n')
      }
      while (isOverdue && tries++ < TRIES)
        expect((await victims.endure(once, 'at once')).problems).toEqual([])
    },
    TRIES * 180_000,
  )

  test('and once more at once: it ends, the post step says so, and the next run settles what is left', async () => {
    const endured = await victims.endure(async () => {
      const { result, tookMs } = await signalled('restart etcd', 200, async (started) => {
        started.signal('SIGINT')
        await started.sees('SIGINT: cancelling.')
        started.signal('SIGTERM')
      })
      console.log(`a second signal: ended after ${tookMs} ms`)
      expect(result.exitCode, shownLog(result)).toBe(130)
      expect(tookMs).toBeLessThan(CANCEL.sigtermAfterMs)
      expect(result.post.log).toMatch(/^::warning::The run was ended during "Roll 3 members"/m)
    }, 'at once')
    expect(endured.problems).toEqual([])
  })
})
