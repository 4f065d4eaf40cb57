import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFacts } from '../../src/host/facts.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

let folder: string

beforeEach(() => {
  folder = ownFolder('facts of ')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const layout = (walDir = '') => ({
  binDir: join(folder, 'bin'),
  caDir: join(folder, 'my ssl'),
  dataDir: join(folder, 'data'),
  walDir,
  serviceName: 'no-such-service-here',
  serviceUser: userInfo().username,
})
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const put = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}

describe.each(SHELLS)('readFacts under $name', ({ argv }) => {
  const session = localSession(argv)
  const read = (walDir?: string, ports: readonly number[] = [2379]) =>
    readFacts(session, { layout: layout(walDir), ports })

  it('sees a blank host', async () => {
    const facts = await read()
    expect(facts).toMatchObject({
      member: 'etcd-local',
      binaries: {},
      ca: undefined,
      certificate: undefined,
      key: undefined,
      process: undefined,
      hasMemberData: false,
      walDir: undefined,
      userExists: true,
      bootstrapMarker: undefined,
      service: { loadState: 'not-found', activeState: 'inactive', mainPid: 0, unit: undefined },
      dataDir: { exists: false, empty: true, writable: true, mode: '', owner: '' },
      unitDir: { exists: true },
      tempDir: { exists: true, mode: '1777' },
    })
    expect(facts.machine).not.toBe('')
    expect(facts.init).not.toBe('')
    expect(facts.dataDir.availableBytes).toBeGreaterThan(1e6)
    // Both clocks are the same one here.
    expect(Math.abs(facts.clockSkewMs)).toBeLessThanOrEqual(facts.clockErrorMs + 2)
  })

  it('sees which ways others than root can change, each by its first such directory', async () => {
    expect((await read()).exposed).toBeUndefined()
    mkdirSync(join(folder, 'shared/wal'), { recursive: true })
    chmodSync(join(folder, 'shared'), 0o1777)
    symlinkSync('shared', join(folder, 'link'))
    const how = expect.stringMatching(/^drwxrwxrwt, owner \S+$/)
    const path = join(folder, 'shared')
    const facts = await readFacts(session, {
      layout: { ...layout(join(folder, 'link/wal')), caDir: path, binDir: join(folder, 'gone/shared') },
      ...{ ports: [], snapshotDir: join(folder, 'link/snapshots/new') },
    })
    expect(facts.exposed).toEqual(
      (['ca', 'wal', 'snapshot'] as const).map((of) => ({ of, path, how, isEtcds: false })),
    )
  })

  it("sees etcd's own directory on the way to another one of ours", async () => {
    const { dataDir } = layout()
    mkdirSync(join(dataDir, 'wal'), { recursive: true })
    chmodSync(dataDir, 0o770)
    const facts = await read(join(dataDir, 'wal'))
    expect(facts.exposed).toEqual([expect.objectContaining({ of: 'wal', path: dataDir, isEtcds: true })])
  })

  it('sees mounts, inodes and the account of the service user', async () => {
    const facts = await readFacts(session, {
      layout: { ...layout('/dev/shm'), caDir: '/proc/self' },
      ports: [],
      snapshotDir: join(folder, 'no', 'such'),
    })
    expect(facts.account).toEqual({
      uid: String(userInfo().uid),
      nameOfUid: userInfo().username,
      // Not everybody has a group of the same name: nobody has none.
      groupExists: spawnSync('getent', ['group', userInfo().username]).status === 0,
    })
    expect(facts.walDir?.mount).toMatchObject({ point: '/dev/shm', type: 'tmpfs' })
    expect(facts.caDir.mount).toMatchObject({ point: '/proc', type: 'proc' })
    expect(facts.dataDir.mount?.device).toMatch(/^\d+:\d+$/)
    expect(facts.snapshotDir).toMatchObject({ exists: false, mount: facts.dataDir.mount })
    expect(facts.stateDir?.mount?.type).not.toBe('')
    expect(facts.walDir?.availableInodes).toBeGreaterThan(0)
  })

  it('sees no account of a user that there is not', async () => {
    const facts = await readFacts(session, { layout: { ...layout(), serviceUser: 'nobody-here' }, ports: [] })
    expect(facts.userExists).toBe(false)
    expect(facts.account).toBeUndefined()
    expect(facts.snapshotDir).toBeUndefined()
  })

  it('sees files, and of the key only how it is kept', async () => {
    const { caDir } = layout()
    put(join(caDir, 'ca.pem'), 'the ca\nünder\n')
    put(join(caDir, 'etcd.pem'), 'c'.repeat(9000), 0o640)
    put(join(caDir, 'etcd-key.pem'), 'SECRET', 0o600)
    const owner = userInfo().username
    const facts = await read()
    expect(facts.ca).toEqual({ mode: '644', owner, text: 'the ca\nünder\n' })
    expect(facts.certificate).toEqual({ mode: '640', owner, text: 'c'.repeat(9000) })
    expect(facts.key).toEqual({ mode: '600', owner, text: '' })
    expect(JSON.stringify(facts)).not.toContain('SECRET')
  })

  it('hashes binaries it knows nothing of, and asks etcd for its version', async () => {
    const etcd = '#!/bin/sh\necho etcd Version: 3.5.16\necho Git SHA: 123\n'
    put(join(folder, 'bin/etcd'), etcd, 0o755)
    put(join(folder, 'bin/etcdctl'), 'ctl', 0o755)
    expect((await read()).binaries).toEqual({
      etcd: { sha256: sha256(etcd), version: '3.5.16' },
      etcdctl: { sha256: sha256('ctl'), version: '' },
    })
  })

  it.each([
    ['cannot run', '\x7fELF'],
    ['says something else', '#!/bin/sh\necho hello\n'],
    ['fails', '#!/bin/sh\necho etcd Version: x >&2; exit 1\n'],
  ])('gives no version of an etcd that %s', async (_name, script) => {
    put(join(folder, 'bin/etcd'), script, 0o755)
    expect((await read()).binaries.etcd).toEqual({ sha256: sha256(script), version: '' })
  })

  it('takes the recorded digest of an unchanged binary, and hashes a changed one', async () => {
    const { size, ctime } = recordRelease()
    writeFileSync(join(folder, 'bin/.etcd/v1/.manifest'), `etcd ${'a'.repeat(64)} 3.5.16 ${size} ${ctime}\n`)
    expect((await read()).binaries.etcd).toEqual({ sha256: 'a'.repeat(64), version: '3.5.16' })
    writeFileSync(join(folder, 'bin/.etcd/v1/etcd'), '#!/bin/sh\necho 2\n')
    expect((await read()).binaries.etcd?.sha256).toBe(sha256('#!/bin/sh\necho 2\n'))
  })

  it.each([
    ['in the data directory', 'data/member/wal', '', true],
    ['in wal-dir', 'wal', 'wal', true],
    ['in the folder inside wal-dir', 'wal/wal', 'wal', true],
    ['in a wal-dir that is not asked for', 'wal', '', false],
    ['of no member', 'data/wal', '', false],
  ])('sees a log %s', async (_name, place, walDir, expected) => {
    put(join(folder, place, '0000000000000000-0000000000000000.wal'), '')
    const facts = await read(walDir === '' ? '' : join(folder, walDir))
    expect(facts.hasMemberData).toBe(expected)
  })

  it.each([
    ['nothing', [], true],
    ['lost+found alone', ['lost+found/x'], true],
    ['a hidden file', ['.hidden'], false],
    ['a file', ['some file'], false],
  ])('calls a directory with %s empty or not', async (_name, files, empty) => {
    mkdirSync(join(folder, 'data'))
    for (const file of files) put(join(folder, 'data', file), '')
    expect((await read()).dataDir).toMatchObject({ exists: true, empty })
  })

  it.each([
    ['by ss', 'ss -Hltne'],
    ['where there is no ss', 'no-such-program'],
  ])('sees who listens on a port, once, %s', async (_, program) => {
    const without: typeof session = {
      ...session,
      run: (command) => {
        expect(command.script).toContain('ss -Hltne')
        return session.run({ ...command, script: command.script.replace('ss -Hltne', program) })
      },
    }
    const server = createServer().listen(0, '::')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const { listeners } = await readFacts(without, { layout: layout(''), ports: [2379, port] })
      expect(listeners).toHaveLength(1)
      expect(listeners[0]).toMatchObject({ port, pid: process.pid })
      expect(listeners[0]?.command).not.toBe('')
    } finally {
      server.close()
    }
  })

  it('does not find a user that is not there', async () => {
    const facts = await readFacts(session, {
      layout: { ...layout(), serviceUser: 'nobody-has-this-name' },
      ports: [],
    })
    expect(facts.userExists).toBe(false)
    expect(facts.listeners).toEqual([])
  })

  it('measures a clock that is off', async () => {
    const hourAgo = (): number => Date.now() - 3_600_000
    const facts = await readFacts(session, { layout: layout(), ports: [], now: hourAgo })
    expect(Math.abs(facts.clockSkewMs - 3_600_000)).toBeLessThanOrEqual(facts.clockErrorMs + 2)
  })
})

/** A release in the store of `bin`, linked to; gives what its manifest has to say of etcd. */
const recordRelease = (): { size: number; ctime: string } => {
  const path = join(folder, 'bin/.etcd/v1/etcd')
  put(path, '#!/bin/sh\necho 1\n', 0o755)
  symlinkSync('.etcd/v1/etcd', join(folder, 'bin/etcd'))
  const { size, ctimeNs } = statSync(path, { bigint: true })
  return {
    size: Number(size),
    ctime: `${ctimeNs / 1_000_000_000n}.${String(ctimeNs % 1_000_000_000n).padStart(9, '0')}`,
  }
}
