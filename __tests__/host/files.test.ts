import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { putFiles, type FileToPut } from '../../src/host/files.js'
import type { Command } from '../../src/ssh/port.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

const owner = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()
let folder: string

beforeEach(() => {
  folder = ownFolder('put files ')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (name: string, content: string | Uint8Array, mode = '600'): FileToPut => ({
  path: join(folder, name),
  mode,
  owner,
  group: '',
  content,
})
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o7777).toString(8)

describe.each(SHELLS)('putFiles under $name', ({ argv }) => {
  const session = localSession(argv)

  it('writes several files with their modes and leaves nothing else', async () => {
    await putFiles(session, [
      fileOf('ca.pem', 'ca\n', '644'),
      fileOf('etcd.pem', '', '640'),
      fileOf('etcd-key.pem', 'key\n', '600'),
    ])
    expect(readdirSync(folder).sort()).toEqual(['ca.pem', 'etcd-key.pem', 'etcd.pem'])
    expect([read('ca.pem'), read('etcd.pem'), read('etcd-key.pem')]).toEqual(['ca\n', '', 'key\n'])
    expect([modeOf('ca.pem'), modeOf('etcd.pem'), modeOf('etcd-key.pem')]).toEqual(['644', '640', '600'])
  })

  it('replaces by rename: who has the old file open keeps it whole', async () => {
    writeFileSync(join(folder, 'unit'), 'old')
    const before = statSync(join(folder, 'unit')).ino
    await putFiles(session, [fileOf('unit', 'new')])
    expect(read('unit')).toBe('new')
    expect(statSync(join(folder, 'unit')).ino).not.toBe(before)
  })

  it('sweeps what a killed try left, whatever its mode was', async () => {
    writeFileSync(join(folder, '.key.etcd-deploy-99999'), 'half', { mode: 0o666 })
    chmodSync(join(folder, '.key.etcd-deploy-99999'), 0o666)
    await putFiles(session, [fileOf('key', 'whole')])
    expect(readdirSync(folder)).toEqual(['key'])
  })

  it('refuses a directory in the place of the second file and leaves the first alone', async () => {
    writeFileSync(join(folder, 'a'), 'old')
    mkdirSync(join(folder, 'b'))
    await expect(putFiles(session, [fileOf('a', 'new'), fileOf('b', 'new')])).rejects.toThrow(
      /cannot write .*\/b: a directory is in its place; the old files are untouched/,
    )
    expect(read('a')).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['a', 'b'])
  })

  it('names the folder that is missing', async () => {
    await expect(putFiles(session, [fileOf('no/such', 'x')])).rejects.toThrow(
      /its folder .*\/no does not exist/,
    )
  })

  it('says why when an owner does not exist, without the content, and leaves the old file', async () => {
    writeFileSync(join(folder, 'a'), 'old')
    const failed = putFiles(session, [{ ...fileOf('a', 'SECRET'), owner: 'no-such-user' }])
    await expect(failed).rejects.toThrow(/cannot write .*invalid (user|spec).*the old files are untouched/)
    await expect(failed).rejects.not.toThrow(/SECRET/)
    expect(read('a')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('takes any bytes under any name', async () => {
    const name = fc
      .string({ unit: fc.constantFrom(...'ab \'"$`\\*?[]!#&;|<>(){}~-é\t'), minLength: 1, maxLength: 12 })
      .filter((text) => text !== '.' && text !== '..')
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 3000 }) }), {
          selector: (file) => file.name,
          minLength: 1,
          maxLength: 4,
        }),
        async (files) => {
          await putFiles(
            session,
            files.map((file) => fileOf(file.name, file.bytes)),
          )
          for (const file of files) {
            expect(readFileSync(join(folder, file.name)).equals(file.bytes)).toBe(true)
            rmSync(join(folder, file.name))
          }
          expect(readdirSync(folder)).toEqual([])
        },
      ),
      { numRuns: 25 },
    )
  })

  it('never has a moment in which a private file is readable by others', async () => {
    const content = Buffer.alloc(300_000, 'k')
    const modes = new Set<string>()
    const done = putFiles(slowly(session, 3), [fileOf('key', content)]).then(() => true)
    for (let over = false; !over; over = await Promise.race([done, sleep(1).then(() => false)])) {
      for (const name of readdirSync(folder)) {
        try {
          modes.add(modeOf(name))
        } catch {
          // Renamed between the two calls.
        }
      }
    }
    expect([...modes]).toEqual(['600'])
  })

  it.each([
    ['the shell is killed', 'SIGKILL'],
    ['the shell is told to stop', 'SIGTERM'],
  ] as const)('keeps the old files when %s in the middle', async (_name, signal) => {
    writeFileSync(join(folder, 'cert'), 'old cert')
    writeFileSync(join(folder, 'key'), 'old key')
    const stalled = {
      ...session,
      run: (command: Command) => session.run({ ...command, stdin: stall(command) }),
    }
    const failed = putFiles(stalled, [fileOf('cert', 'new cert'), fileOf('key', 'new key')])
    const outcome = expect(failed).rejects.toThrow()
    await untilSome(() => readdirSync(folder).some((name) => name.startsWith('.key')))
    for (const child of session.running) child.kill(signal)
    // The shell's own child still reads: its end of the pipe closes with the test's.
    for (const child of session.running) child.stdin?.destroy()
    await outcome
    expect([read('cert'), read('key')]).toEqual(['old cert', 'old key'])
    await putFiles(session, [fileOf('cert', 'new cert'), fileOf('key', 'new key')])
    expect(readdirSync(folder).sort()).toEqual(['cert', 'key'])
    expect([read('cert'), read('key')]).toEqual(['new cert', 'new key'])
  })

  it('leaves nothing behind where the connection is gone and nobody hears it any more', async () => {
    const stalled = {
      ...session,
      run: (command: Command) => session.run({ ...command, stdin: stall(command) }),
    }
    const failed = putFiles(stalled, [fileOf('cert', 'new cert'), fileOf('key', 'new key')]).catch(
      () => undefined,
    )
    await untilSome(() => readdirSync(folder).some((name) => name.startsWith('.key')))
    for (const { stdin, stdout, stderr } of session.running) {
      for (const stream of [stdout, stderr, stdin]) stream?.destroy()
    }
    await failed
    expect(readdirSync(folder)).toEqual([])
  })

  it('keeps the old files when the connection ends in the middle of the last one', async () => {
    writeFileSync(join(folder, 'key'), 'old key')
    const cut = {
      ...session,
      run: (command: Command) =>
        session.run({ ...command, stdin: Buffer.from(command.stdin as Buffer).subarray(0, -3) }),
    }
    await expect(putFiles(cut, [fileOf('cert', 'new cert'), fileOf('key', 'new key')])).rejects.toThrow(
      /cannot write .*\/key: its content was cut off on the way; the old files are untouched/,
    )
    expect(readdirSync(folder)).toEqual(['key'])
    expect(read('key')).toBe('old key')
  })
})

it('refuses a path that is none before anything is run', async () => {
  const session = localSession()
  for (const path of ['relative', '/ends/', '/new\nline', '']) {
    await expect(putFiles(session, [{ ...fileOf('x', ''), path }])).rejects.toThrow(/not an absolute path/)
  }
  expect(session.ran).toEqual([])
})

/** All but the last bytes, and then nothing, as from a network that hangs. */
const stall = (command: Command): Readable => {
  const bytes = Buffer.from(command.stdin as Buffer)
  const stream = new Readable({ read: () => {} })
  stream.push(bytes.subarray(0, bytes.length - 2))
  return stream
}

/** The same session, over a line that takes `pieces` times 10 ms. */
const slowly = (session: ReturnType<typeof localSession>, pieces: number) => ({
  ...session,
  run: (command: Command) => {
    const bytes = Buffer.from(command.stdin as Buffer)
    const size = Math.ceil(bytes.length / pieces)
    const stream = Readable.from(
      (async function* () {
        for (let at = 0; at < bytes.length; at += size) {
          yield bytes.subarray(at, at + size)
          await sleep(10)
        }
      })(),
    )
    return session.run({ ...command, stdin: stream })
  },
})

const untilSome = async (ask: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 1000 && !ask(); tries++) await sleep(5)
}
