import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdLock, type HeldLock } from '../../src/host/lock.js'
import type { Command } from '../../src/ssh/port.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

const info = { run: 'https://ci/run "7"', actor: "o'neil", since: '2026-11-23T08:00:00Z' }
let folder: string

beforeEach(() => {
  folder = ownFolder('locks-')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe.each(SHELLS)('holdLock under $name', ({ argv }) => {
  const session = () => localSession(argv)
  const take = (on = session(), serviceName = 'etcd'): Promise<HeldLock> =>
    holdLock(on, { serviceName, info, folder })
  const content = (): string => readFileSync(join(folder, 'etcd-deploy-etcd.lock'), 'utf8')

  it('refuses a second run, naming the first one', async () => {
    const lock = await take()
    await expect(take()).rejects.toThrow(
      'etcd-local (root@localhost:22): another run is working on this host: https://ci/run "7", started by o\'neil, ' +
        'since 2026-11-23T08:00:00Z; wait for it to end',
    )
    await lock.release()
  })

  it('can be had again once released, and leaves no name behind', async () => {
    await (await take()).release()
    expect(content()).toBe('')
    await (await take()).release()
  })

  it('keeps services of one host apart', async () => {
    const locks = [await take(), await take(session(), 'etcd-events')]
    await Promise.all(locks.map((lock) => lock.release()))
  })

  it('is gone at once when its shell is killed', async () => {
    const on = session()
    const lock = await take(on)
    for (const child of on.running) child.kill('SIGKILL')
    await lock.ended
    await (await take()).release()
  })

  it('is given up when the heartbeat stops, as in a cut network', async () => {
    const on = session()
    // The command goes through, and then nothing more does.
    const cut = {
      ...on,
      hold: (command: Command) => on.hold({ ...command, stdin: new Readable({ read: () => {} }) }),
    }
    const lock = await holdLock(cut, { serviceName: 'etcd', info, folder, heartbeatMs: 250 })
    await lock.ended
    await (await take()).release()
  })

  it('is kept as long as the heart beats', async () => {
    const lock = await holdLock(session(), { serviceName: 'etcd', info, folder, heartbeatMs: 1000 })
    let over = false
    void lock.ended.then(() => (over = true))
    await sleep(6000)
    expect(over).toBe(false)
    await lock.release()
  })
})
