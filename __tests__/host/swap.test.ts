import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clearStaged } from '../../src/host/staging.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NEW, NEXT, oneMember } from './one-member.js'
import { SHELLS } from './local-session.js'

let host: ReturnType<typeof oneMember>
afterEach(() => host.remove())

// Owners are part of it, so only root can try; the end-to-end tests do it on real hosts in any case.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('a prepared change under $name', ({ argv }) => {
  beforeEach(() => {
    host = oneMember(argv)
  })

  test('stages what was given and nothing else, closed to others, and again without what is left from before', async () => {
    await host.stage()
    const staged = join(host.state, 'next')
    expect(readdirSync(staged).sort()).toEqual(['ca.pem', 'etcd-key.pem', 'etcd.pem', 'release', 'unit'])
    expect((statSync(staged).mode & 0o777).toString(8)).toBe('700')
    for (const name of readdirSync(staged)) expect(statSync(join(staged, name)).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(staged, 'release'), 'utf8')).toBe(`${NEW}\n`)
    await host.stage({ unit: 'another unit\n' })
    expect(readdirSync(staged)).toEqual(['unit'])
    await clearStaged(host.session, host.layout, host.roots)
    await clearStaged(host.session, host.layout, host.roots)
    expect(readdirSync(host.state)).toEqual([])
  })

  test('swaps everything with mode and owner, confirms, and leaves nothing behind', async () => {
    await host.change()
    expect(host.world()).toEqual({
      links: ['etcd', 'etcdctl', 'etcdutl'].map((tool) => `.etcd/${NEW}/${tool}`),
      files: [
        ['new unit\n', '644', 0],
        ['new ca\n', '644', 0],
        ['new key\n', '600', 1],
        ['new cert\n', '644', 0],
      ],
    })
    expect(host.restarts()).toBe(0)
    expect(await host.where()).toBe('unconfirmed')
    await host.confirm()
    expect(await host.where()).toBe('confirmed')
    expect(readdirSync(host.state)).toEqual(['outcome'])
    expect(host.leftovers()).toEqual([])
    expect(readdirSync(join(host.systemd.units, 'multi-user.target.wants'))).toEqual([])
    await host.confirm()
    await expect(host.revert()).rejects.toThrow(/cannot take the change back: it was confirmed before/)
  })

  test.each([
    [
      'a release that is not there',
      { release: { version: '3.6.0', sha256: 'c'.repeat(64) } },
      /is not there/,
    ],
    ['nothing', undefined, /nothing is prepared there; the member was not touched/],
  ])('refuses to swap in %s and touches nothing', async (_name, files, message) => {
    const before = host.world()
    if (files) await host.stage({ ...files, unit: 'new unit\n' })
    await host.arm()
    await expect(host.swap()).rejects.toThrow(message)
    expect(host.world()).toEqual(before)
  })

  test('refuses to swap in a file over a directory, with no half of a key left', async () => {
    rmSync(join(host.layout.caDir, 'etcd.pem'))
    mkdirSync(join(host.layout.caDir, 'etcd.pem'))
    await host.stage({ pair: NEXT.pair })
    await host.arm()
    await expect(host.swap()).rejects.toThrow(/etcd\.pem is a directory/)
    expect(readFileSync(join(host.layout.caDir, 'etcd-key.pem'), 'utf8')).toBe('old key\n')
    expect(readdirSync(host.layout.caDir).sort()).toEqual(['ca.pem', 'etcd-key.pem', 'etcd.pem'])
  })

  test('replaces by rename, and no key is readable by others for a moment', async () => {
    const inodes = host.places.map((path) => statSync(path).ino)
    const open = new Set<string>()
    let over = false
    const look = async (): Promise<void> => {
      while (!over) {
        for (const place of [
          host.layout.caDir,
          join(host.state, 'next'),
          join(host.state, 'previous'),
          join(host.state, '.previous'),
        ]) {
          const names = existsSync(place)
            ? execFileSync('find', [place, '-name', '*key*', '-printf', '%m %p\\n'], {
                encoding: 'utf8',
                stdio: ['ignore', 'pipe', 'ignore'],
              })
            : ''
          for (const line of names.split('\n').filter((row) => row !== '')) {
            if (!/^[0-7]?00 |^[46]00 /.test(line)) open.add(line)
          }
        }
        await sleep(1)
      }
    }
    const looking = look().catch(() => undefined)
    await host.change()
    host.places.forEach((path, index) => expect(statSync(path).ino).not.toBe(inodes[index]))
    await host.revert()
    over = true
    await looking
    expect([...open]).toEqual([])
  })
})
