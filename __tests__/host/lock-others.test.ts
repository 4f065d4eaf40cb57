import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holdLock } from '../../src/host/lock.js'
import type { HeldCommand } from '../../src/ssh/port.js'
import { localSession, SHELLS } from './local-session.js'
import { OLDER_LOCK_SCRIPT } from './older-lock-script.js'
import { ownFolder } from './own-folder.js'
import { processOf } from './somebody.js'

const info = { run: 'https://ci/run/7', actor: 'octocat', since: '2026-11-23T08:00:00Z' }
let folder: string
let others: ChildProcess[]

beforeEach(() => {
  folder = ownFolder('locks-')
  chmodSync(folder, 0o755)
  others = []
})
afterEach(() => {
  for (const child of others) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const old = (): string => join(folder, 'etcd-deploy-etcd.lock')
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const other = async (script: string, uid?: number): Promise<void> => {
  others.push(await processOf(script, uid))
}

// Processes of another user are part of it.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('a lock among others under $name', ({ argv }) => {
  const take = () => holdLock(localSession(argv), { serviceName: 'etcd', info, folder })
  const heart = () => new Readable({ read: () => {} })
  const takeAsBefore = (): Promise<HeldCommand> =>
    localSession(argv).hold({
      ...{ label: 'lock etcd', script: OLDER_LOCK_SCRIPT, timeoutMs: 15_000, stdin: heart() },
      args: [folder, 'etcd', Buffer.from(JSON.stringify({ ...info, run: 'older' })).toString('base64'), '60'],
    })
  const refusedBy = (run: string) => expect.stringContaining(`another run is working on this host: ${run}`)
  const expectTaken = async (): Promise<void> => {
    const lock = await take()
    await expect(take()).rejects.toMatchObject({ message: refusedBy(info.run) })
    await expect(takeAsBefore()).rejects.toThrow(/21: locked-by/)
    await lock.release()
  }

  test('is made for root alone, its folder and the file of earlier versions too', async () => {
    const lock = await take()
    expect([join(folder, 'etcd-deploy'), join(folder, 'etcd-deploy/etcd.lock'), old()].map(modeOf)).toEqual([
      ...['700', '600', '600'],
    ])
    await lock.release()
  })

  test('closes what an earlier version left open, and what was opened wider by hand', async () => {
    writeFileSync(old(), '', { mode: 0o644 })
    mkdirSync(join(folder, 'etcd-deploy'), { mode: 0o755 })
    await expectTaken()
    expect([join(folder, 'etcd-deploy'), old()].map(modeOf)).toEqual(['700', '600'])
  })

  test.each<[string, string, number | undefined]>([
    ['a local user holds', 'exec 9<"$file"; flock 9', undefined],
    ['a local user holds for reading', 'exec 9<"$file"; flock -s 9', undefined],
    ['a program of root that was handed the file holds', 'exec 9<"$file"; flock 9', 0],
    [
      'a local user holds, and has a file of his own open whose name looks like it',
      'exec 9<"$file"; flock 9; cd "$mine"; ' +
        'mkdir -p "fake -> $folder"; exec 8<>"fake -> $folder/etcd-deploy-etcd.lock"',
      undefined,
    ],
  ])('is taken where %s that of an earlier version', async (_name, script, uid) => {
    const mine = join(folder, 'mine')
    mkdirSync(mine)
    chmodSync(mine, 0o777)
    writeFileSync(old(), 'left by a run that was killed', { mode: 0o644 })
    await other(`file='${old()}' folder='${folder}' mine='${mine}'\n${script}`, uid)
    await expectTaken()
    // He holds a file without a name now.
    await expectTaken()
    expect(modeOf(old())).toBe('600')
  })

  test('is refused while a run of an earlier version works, also where a local user reads its file', async () => {
    const older = await takeAsBefore()
    await other(`exec 9<'${old()}'`)
    await expect(take()).rejects.toMatchObject({ message: refusedBy('older') })
    others[0]?.kill('SIGKILL')
    await expect(take()).rejects.toMatchObject({ message: refusedBy('older') })
    await older.release()
    await expectTaken()
  })

  test('cannot be opened by anybody else', async () => {
    const lock = await take()
    await expect(other(`exec 9<'${old()}'`)).rejects.toThrow(/ended/)
    await expect(other(`exec 9<'${join(folder, 'etcd-deploy/etcd.lock')}'`)).rejects.toThrow(/ended/)
    await lock.release()
  })
})
