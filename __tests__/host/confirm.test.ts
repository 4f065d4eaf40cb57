import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { armRevert } from '../../src/host/confirm.js'
import { restartService } from '../../src/host/service.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '../../src/ssh/port.js'
import { NEW, NEXT, oneMember, put, until } from './one-member.js'
import { SHELLS } from './local-session.js'

let host: ReturnType<typeof oneMember>
afterEach(() => host.remove())

// Owners are part of it, so only root can try; the end-to-end tests do it on real hosts in any case.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('an unconfirmed change under $name', ({ argv }) => {
  beforeEach(() => {
    host = oneMember(argv)
  })

  test('takes everything back at once, the second time too, and says so to who would confirm', async () => {
    const before = host.world()
    await host.change()
    await host.swap()
    expect(await host.revert()).toBe('reverted')
    expect(host.world()).toEqual(before)
    expect(host.restarts()).toBe(1)
    expect(await host.revert()).toBe('reverted')
    expect(host.restarts()).toBe(1)
    expect(await host.where()).toBe('reverted')
    expect(readdirSync(host.state)).toEqual(['outcome'])
    expect(host.leftovers()).toEqual([])
    expect(await host.confirm()).toBe('reverted')
    await expect(host.swap()).rejects.toThrow(/no timer runs there/)
  })

  test('leaves alone what it did not touch: a CA that is put there anew passes for one that no process has read', async () => {
    const before = host.world()
    // Inodes are used again, the time of a change is not.
    const changes = () => host.places.slice(0, 2).map((path) => statSync(path, { bigint: true }).ctimeNs)
    const untouched = changes()
    await host.stage({ pair: NEXT.pair })
    await host.arm()
    await host.swap()
    expect(await host.revert()).toBe('reverted')
    expect(host.world()).toEqual(before)
    expect(changes()).toEqual(untouched)
  })

  test('takes everything back though its client was gone before it could send any input', async () => {
    const before = host.world()
    const dying = { ...host.session, run: (command: Command) => host.session.run({ ...command, stdin: '' }) }
    await host.stage()
    await armRevert(dying, host.layout, 300, host.roots)
    await host.swap()
    expect(await host.revert()).toBe('reverted')
    expect(host.world()).toEqual(before)
  })

  test('takes everything back by itself when the time is over', async () => {
    const before = host.world()
    await host.change(1)
    await until(async () => (await host.where()) === 'reverted')
    expect(host.world()).toEqual(before)
    await until(() => host.restarts() === 1)
  })

  test('is taken back once where timer and run come together', { timeout: 20_000 }, async () => {
    const before = host.world()
    await host.change(1)
    await sleep(950)
    await Promise.all([host.revert(), host.revert()])
    expect(host.world()).toEqual(before)
    expect(host.restarts()).toBe(1)
  })

  test('is either confirmed or taken back, never both, where the timer comes at the same moment', async () => {
    for (const early of [940, 980, 1010]) {
      const before = host.world()
      await host.change(1)
      const after = host.world()
      const restartsBefore = host.restarts()
      await sleep(early)
      const confirmed = await host.confirm().then(
        (outcome) => outcome === 'confirmed',
        () => false,
      )
      await sleep(150)
      await until(async () => ['confirmed', 'reverted'].includes(await host.where()))
      expect(await host.where()).toBe(confirmed ? 'confirmed' : 'reverted')
      expect(host.world()).toEqual(confirmed ? after : before)
      expect(host.restarts() - restartsBefore).toBe(confirmed ? 0 : 1)
      host.pointToOld()
      rmSync(join(host.systemd.units, 'started'), { force: true })
    }
  }, 30_000)

  test('restarts nothing where nothing was swapped yet', async () => {
    const before = host.world()
    await host.stage()
    await host.arm()
    expect(await host.revert()).toBe('reverted')
    expect([host.world(), host.restarts()]).toEqual([before, 0])
    expect(readdirSync(host.state)).toEqual(['outcome'])
  })

  test('keeps what was there before the first unconfirmed change when armed again', async () => {
    const before = host.world()
    await host.change()
    await host.stage({ unit: 'a third unit\n' })
    await host.arm()
    await host.swap()
    expect(readFileSync(host.unit, 'utf8')).toBe('a third unit\n')
    expect(await host.revert()).toBe('reverted')
    expect(host.world()).toEqual(before)
  })

  test('finishes a revert that was killed in the middle, and lets nobody confirm the half of it', async () => {
    const before = host.world()
    await host.change()
    writeFileSync(join(host.state, 'outcome'), 'reverting\n')
    put(host.unit, 'half\n')
    expect(await host.where()).toBe('reverting')
    await expect(host.confirm()).rejects.toThrow(/the host has begun to take it back/)
    await expect(host.arm()).rejects.toThrow(/being taken back and that has not ended/)
    expect(await host.revert()).toBe('reverted')
    expect(host.world()).toEqual(before)
  })

  test('takes files away that were not there before', async () => {
    for (const path of host.places) rmSync(path)
    const before = host.world()
    await host.change()
    expect(host.world()).not.toEqual(before)
    await host.revert()
    expect(host.world()).toEqual(before)
  })

  test('brings a plain binary back that was in the place of the link', async () => {
    rmSync(join(host.layout.binDir, 'etcd'))
    put(join(host.layout.binDir, 'etcd'), '#!/bin/sh\necho by hand\n', 0o755)
    await host.change()
    expect(execFileSync(join(host.layout.binDir, 'etcd'), { encoding: 'utf8' })).toBe(`${NEW}\n`)
    await host.revert()
    expect(execFileSync(join(host.layout.binDir, 'etcd'), { encoding: 'utf8' })).toBe('by hand\n')
  })

  test('survives everything of it but the files being lost with a reboot', async () => {
    const before = host.world()
    await host.change()
    const name = 'etcd-deploy-revert-etcd.service'
    expect(readlinkSync(join(host.systemd.units, 'multi-user.target.wants', name))).toBe(
      join(host.systemd.units, name),
    )
    process.kill(Number(readFileSync(join(host.systemd.units, 'etcd-deploy-revert-etcd.timer.pid'), 'utf8')))
    execFileSync('systemctl', ['start', name], { env: { ...process.env, PATH: host.systemd.path } })
    expect(host.world()).toEqual(before)
    expect(await host.where()).toBe('reverted')
  })

  test('has nothing to take back where nothing was ever armed', async () => {
    expect(await host.revert()).toBe('none')
    expect(await host.confirm()).toBe('confirmed')
    expect(await host.where()).toBe('none')
    expect(existsSync(host.state)).toBe(false)
  })

  test('leaves the host as it was where the timer cannot be set', async () => {
    writeFileSync(join(host.systemd.units, 'fail-run'), '')
    const before = host.world()
    await host.stage()
    await expect(host.arm()).rejects.toThrow(
      /cannot set the timer .*Failed to start.*the member was not touched/,
    )
    expect(await host.where()).toBe('none')
    expect(host.world()).toEqual(before)
    await expect(host.swap()).rejects.toThrow(/no timer runs there/)
    expect(existsSync(join(host.systemd.units, 'etcd-deploy-revert-etcd.service'))).toBe(false)
  })

  test('restarts no process that runs since before the change, and one that was restarted since', async () => {
    put(join(host.systemd.units, 'started'), '100\n')
    const before = host.world()
    await host.change()
    expect(await host.revert()).toBe('reverted')
    expect([host.world(), host.restarts()]).toEqual([before, 0])
    await host.change()
    await restartService(host.session, 'etcd')
    await host.arm()
    expect(await host.revert()).toBe('reverted')
    expect([host.world(), host.restarts()]).toEqual([before, 2])
  })
})
