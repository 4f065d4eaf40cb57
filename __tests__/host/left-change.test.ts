import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { leftChange } from '../../src/host/left-change.js'
import { SHELLS } from './local-session.js'
import { NEXT, oneMember } from './one-member.js'

let host: ReturnType<typeof oneMember>
afterEach(() => host.remove())

/** A process runs since then, on the host's clock; none ran before. */
const started = (at: number): void => writeFileSync(join(host.systemd.units, 'started'), `${at}\n`)
const asked = () => leftChange(host.session, host.layout, host.roots)
const PAIR = { pair: NEXT.pair }

// Owners are part of it, so only root can try; the end-to-end tests do it on real hosts in any case.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('a change that was left, under $name', ({ argv }) => {
  beforeEach(() => {
    host = oneMember(argv)
  })

  test('is none where nothing was begun, or it is over', async () => {
    expect(await asked()).toBeUndefined()
    started(5)
    await host.change()
    await host.confirm()
    expect(await asked()).toBeUndefined()
    await host.change()
    await host.revert()
    expect(await asked()).toBeUndefined()
  })

  test('costs no restart while nothing is swapped', async () => {
    started(5)
    await host.stage()
    await host.arm()
    started(6)
    expect(await asked()).toBe('same-process')
  })

  test('costs no restart under the process from before, which is so no more once that is another one', async () => {
    started(5)
    await host.stage(PAIR)
    await host.arm()
    await host.swap()
    expect(await asked()).toBe('same-process')
    expect(await host.revert()).toBe('reverted')
    expect(host.restarts()).toBe(0)
    await host.stage(PAIR)
    await host.arm()
    await host.swap()
    started(6)
    expect(await asked()).toBeUndefined()
  })

  test.each([
    ['a new pair alone', PAIR, 'started'],
    ['a new unit too', { ...PAIR, unit: NEXT.unit }, undefined],
    ['a new CA too', { ...PAIR, ca: NEXT.ca }, undefined],
    ['a new release', { ...PAIR, release: NEXT.release }, undefined],
    ['no pair', { unit: NEXT.unit }, undefined],
  ] as const)('tells one that none ran before from others, with %s', async (_name, next, expected) => {
    await host.stage(next)
    await host.arm()
    await host.swap()
    started(7)
    expect(await asked()).toBe(expected)
  })
})
