import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchFile } from '../../src/host/fetch-file.js'
import { discardSnapshot, keepSnapshot, prepareSnapshot } from '../../src/host/snapshot.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

let folder: string
beforeEach(() => {
  folder = ownFolder('snapshots ')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
/** As etcd sends it: with its digest behind it. */
const asSent = (text: string): Buffer =>
  Buffer.concat([Buffer.from(text), createHash('sha256').update(text).digest()])
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

// The snapshots are given to root, so only root can try this; the end-to-end tests do it in any case.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('snapshots under $name', ({ argv }) => {
  const session = localSession(argv)
  const keep = async (dir: string, name: string, count: number, bytes = asSent(name)) => {
    const saved = await prepareSnapshot(session, dir, 1)
    writeFileSync(saved, bytes, { mode: 0o666 })
    return keepSnapshot(session, { dir, saved, name, prefix: 'etcd-c1-', keep: count })
  }

  it('makes a closed directory and gives the snapshot its name, closed too, with its digest', async () => {
    const dir = join(folder, 'to be made', 'etcd')
    const kept = await keep(dir, 'etcd-c1-20260101T000000Z-rev7.db', 3, asSent('content'))
    expect(kept).toEqual({
      path: join(dir, 'etcd-c1-20260101T000000Z-rev7.db'),
      sha256: digest(asSent('content')),
      size: 39,
      deleted: [],
    })
    expect([modeOf(dir), modeOf(kept.path)]).toEqual(['700', '600'])
    expect(readdirSync(dir)).toEqual(['etcd-c1-20260101T000000Z-rev7.db'])
  })

  it('deletes the oldest of this cluster and nothing else', async () => {
    const others = [
      'etcd-c1-20200101T000000Z-rev1.db.bak',
      'etcd-c2-20200101T000000Z-rev1.db',
      'etcd-c1-20200101-rev1.db',
      'mine.db',
      'x-etcd-c1-20200101T000000Z-rev1.db',
    ]
    for (const name of others) writeFileSync(join(folder, name), '')
    symlinkSync('mine.db', join(folder, 'etcd-c1-20190101T000000Z-rev1.db'))
    mkdirSync(join(folder, 'etcd-c1-20180101T000000Z-rev1.db'))
    const names = [3, 1, 2, 4].map((day) => `etcd-c1-2026010${day}T000000Z-rev${5 - day}.db`)
    for (const name of names) await keep(folder, name, 2)
    const left = readdirSync(folder).filter((name) => name.startsWith('etcd-c1-2026'))
    expect(left.sort()).toEqual([names[0], names[3]].sort())
    for (const name of others) expect(existsSync(join(folder, name))).toBe(true)
    expect(existsSync(join(folder, 'etcd-c1-20190101T000000Z-rev1.db'))).toBe(true)
  })

  it('refuses where there is no room, with both figures, and leaves nothing', async () => {
    await expect(prepareSnapshot(session, folder, 1e15)).rejects.toThrow(
      /cannot take a snapshot: .* has \d+\.\d MiB free, the snapshot needs 953674380\.\d MiB; no member was touched; free some/,
    )
    expect(readdirSync(folder)).toEqual([])
  })

  it('sweeps what a killed try left, and what is discarded', async () => {
    const first = await prepareSnapshot(session, folder, 1)
    writeFileSync(first, 'half')
    const second = await prepareSnapshot(session, folder, 1)
    expect(readdirSync(folder)).toHaveLength(1)
    await discardSnapshot(session, second)
    expect(readdirSync(folder)).toEqual([])
    await discardSnapshot(session, join(folder, 'something/else'))
  })

  it.each([
    ['changed in one byte', Buffer.concat([Buffer.from('x'), asSent('content').subarray(1)])],
    ['cut off', asSent('content').subarray(0, 20)],
    ['empty', Buffer.alloc(0)],
  ])('does not keep one that is %s', async (_name, bytes) => {
    await expect(keep(folder, 'etcd-c1-20260101T000000Z-rev7.db', 1, bytes)).rejects.toThrow(
      /cannot keep the snapshot: the digest that etcd sent with it is not that of the file/,
    )
    expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual([])
  })

  it('never replaces a file of the same name', async () => {
    writeFileSync(join(folder, 'etcd-c1-20260101T000000Z-rev7.db'), 'there')
    await expect(keep(folder, 'etcd-c1-20260101T000000Z-rev7.db', 1)).rejects.toThrow(/is there already/)
    expect(readFileSync(join(folder, 'etcd-c1-20260101T000000Z-rev7.db'), 'utf8')).toBe('there')
  })
})

describe.each(SHELLS)('fetchFile under $name', ({ argv }) => {
  const session = localSession(argv)
  const MIB = 1024 * 1024

  it.each([
    ['nothing', 0],
    ['one byte', 1],
    ['a piece to the byte', 8 * MIB],
    ['more than a piece', 8 * MIB + 12_345],
  ])('brings %s over as it is, for its owner alone', async (_name, size) => {
    const bytes = randomBytes(size)
    const path = join(folder, 'from')
    writeFileSync(path, bytes)
    const to = join(folder, 'to')
    await fetchFile(session, { path, to, sha256: digest(bytes), size })
    expect(readFileSync(to).equals(bytes)).toBe(true)
    expect(modeOf(to)).toBe('600')
    expect(readdirSync(folder).sort()).toEqual(['from', 'to'])
  })

  it.each([
    ['has another digest', 'content', 7, /SHA-256 of what arrived is [0-9a-f]{64}, expected aaaa/],
    ['is not there', undefined, 7, /from is not there/],
  ])('leaves nothing where the file %s', async (_name, content, size, message) => {
    const path = join(folder, 'from')
    if (content !== undefined) writeFileSync(path, content)
    const to = join(folder, 'to')
    await expect(fetchFile(session, { path, to, sha256: 'a'.repeat(64), size })).rejects.toThrow(message)
    expect(readdirSync(folder).filter((name) => name.startsWith('to'))).toEqual([])
  })
})
