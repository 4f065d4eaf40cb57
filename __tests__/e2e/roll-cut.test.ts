import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fate } from '../../lab/gate.js'
import type { Lab } from '../../lab/lab.js'
import { e2eLab } from './lab.js'
import { failed } from './refusal.js'
import { makeVictims, type Victims } from './roll-kill.js'

const HOSTS = [1, 2, 3]
/** They take a minute or two each: those that are not for every test run are tried with `E2E_ALL_CUTS` set. */
const due = (
  cases: readonly (readonly [string, string, boolean])[],
): readonly (readonly [string, string])[] =>
  cases
    .filter(([, , always]) => always || process.env['E2E_ALL_CUTS'] !== undefined)
    .map(([when, command]) => [when, command])
const ARM = 'set the timer that takes the change back'
const SWAP = 'put the new files of the member in place'
const RESTART = 'restart etcd'
const CONFIRM = 'confirm the change'

describe('a roll that loses the network to one host', () => {
  let lab: Lab
  let victims: Victims

  beforeAll(async () => {
    lab = await e2eLab()
    victims = await makeVictims(lab, HOSTS)
  })
  afterAll(async () => {
    await lab?.command('mend', ...HOSTS.map(String))
    await victims?.close()
  })

  test.each(
    due([
      ['before its timer is set', ARM, false],
      ['when its files are to be replaced', SWAP, false],
      ['while it restarts', RESTART, true],
      ['before it is confirmed', CONFIRM, false],
    ]),
  )(
    'to the second member %s, until its timer has fired: it is put back there',
    async (_, command) => {
      const endured = await victims.endure(async () => {
        let host = 0
        const act = async (_started: unknown, its: number): Promise<Fate> => {
          host = its
          await lab.command('cut', String(its))
          return 'run'
        }
        const result = failed(await victims.disturb({ command, turn: 2, act }))
        console.log(
          `cut at "${command}", ended after ${(result.tookMs / 1000).toFixed(1)} s: ${result.failure}`,
        )
        expect(result.failure).toContain(lab.hosts[host - 1]!.address)
        await expect
          .poll(() => lab.on(host, 'ls -A /var/lib/etcd-deploy/etcd'), { timeout: 100_000, interval: 500 })
          .not.toContain('previous')
        await lab.command('mend', String(host))
      }, 'healed')
      expect(endured.problems).toEqual([])
    },
    300_000,
  )

  test.each(
    due([
      ['before its timer is set', ARM, false],
      ['when it is to be restarted', RESTART, false],
      ['before it is confirmed', CONFIRM, true],
    ]),
  )('to the second member %s for a moment: the roll goes on', async (_, command) => {
    const endured = await victims.endure(async () => {
      const act = async (_started: unknown, its: number): Promise<Fate> => {
        await lab.command('cut', String(its))
        void sleep(2500).then(() => lab.command('mend', String(its)))
        return 'run'
      }
      const result = await victims.disturb({ command, turn: 2, act })
      expect(result.outputs).toMatchObject({ failure: '', healthy: 'true', changed: 'true' })
    }, 'at once')
    expect(endured.problems).toEqual([])
  })

  test('to another member while the second one restarts: that one is put back, and no other is begun', async () => {
    const endured = await victims.endure(async () => {
      let other = 0
      const act = async (_started: unknown, host: number): Promise<Fate> => {
        other = HOSTS.find((candidate) => candidate !== host)!
        await lab.command('cut', String(other))
        return 'run'
      }
      const result = failed(await victims.disturb({ command: RESTART, turn: 2, act }))
      console.log(`cut of another one, ended after ${(result.tookMs / 1000).toFixed(1)} s: ${result.failure}`)
      await lab.command('mend', String(other))
    }, 'healed')
    expect(endured.problems.filter((problem) => !problem.includes('were down at the same time'))).toEqual([])
  }, 300_000)
})
