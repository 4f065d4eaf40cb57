import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  activateRelease,
  releaseInstalled,
  uploadArchive,
  type ReleaseArchive,
} from '../../src/host/release.js'
import type { Command } from '../../src/ssh/port.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

let archives: string
let folder: string
let binDir: string

beforeAll(() => {
  archives = mkdtempSync(join(tmpdir(), 'archives-'))
})
afterAll(() => rmSync(archives, { recursive: true }))
beforeEach(() => {
  folder = ownFolder('release here ')
  binDir = join(folder, 'kube bin')
  mkdirSync(binDir)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A release archive with upstream's layout whose binaries are the given shell scripts. */
const archiveOf = (
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
): ReleaseArchive => {
  const top = `etcd-v${version}-linux-amd64`
  const root = join(archives, name)
  mkdirSync(join(root, top, 'Documentation'), { recursive: true })
  writeFileSync(join(root, top, 'README.md'), 'read me')
  writeFileSync(join(root, top, 'Documentation', 'etcd'), 'not a binary')
  for (const [file, script] of Object.entries(files)) {
    writeFileSync(join(root, top, file), script, 'latin1')
    chmodSync(join(root, top, file), 0o750)
  }
  const archive = join(archives, `${name}.tar.gz`)
  execFileSync('tar', ['-czf', archive, '-C', root, top])
  const bytes = readFileSync(archive)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { binDir, version, sha256, archive, size: bytes.length, arch: 'amd64', timeoutMs: 20_000 }
}

const prints = (version: string): string =>
  `#!/bin/sh\necho 'etcd Version: ${version}'\necho 'Git SHA: none'\n`
const tool = '#!/bin/sh\nexit 0\n'
const complete = (version: string): ReleaseArchive =>
  archiveOf(`complete-${version}`, version, { etcd: prints(version), etcdctl: tool, etcdutl: tool })

/** The first bytes of a 64-bit ELF program for a machine (elf.h EM_*). */
const elfHeader = (machine: number): string =>
  `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x02\0${String.fromCharCode(machine)}\0`

const store = (): string[] =>
  existsSync(join(binDir, '.etcd')) ? readdirSync(join(binDir, '.etcd')).sort() : []
const release = ({ version, sha256 }: ReleaseArchive): string => `v${version}-${sha256.slice(0, 12)}`

// Binaries belong to root, so only root can try this; the end-to-end tests do it on real hosts in any case.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('releases under $name', ({ argv }) => {
  const session = localSession(argv)

  it('installs, activates, and finds nothing to do the second time', async () => {
    const wanted = complete('3.5.16')
    expect(await releaseInstalled(session, wanted)).toBe(false)
    await uploadArchive(session, wanted)
    expect(await releaseInstalled(session, wanted)).toBe(true)
    expect(store()).toEqual([release(wanted)])
    const files = join(binDir, '.etcd', release(wanted))
    expect(readdirSync(files).sort()).toEqual(['.manifest', 'etcd', 'etcdctl', 'etcdutl'])
    expect((statSync(join(files, 'etcd')).mode & 0o777).toString(8)).toBe('755')

    expect(await activateRelease(session, wanted)).toBe(true)
    expect(readlinkSync(join(binDir, 'etcd'))).toBe(`.etcd/${release(wanted)}/etcd`)
    expect(execFileSync(join(binDir, 'etcd')).toString()).toMatch(/3\.5\.16/)
    const before = lstatSync(join(binDir, 'etcd')).ino
    expect(await activateRelease(session, wanted)).toBe(false)
    expect(lstatSync(join(binDir, 'etcd')).ino).toBe(before)
  })

  it.runIf(process.getuid?.() === 0).each([0o700, 0o755])(
    'runs what nobody has vouched for without rights, wherever it lies (mode %o above it)',
    async (mode) => {
      chmodSync(folder, mode)
      const says = `#!/bin/sh\n[ "$(id -u) $(id -G)" = '65534 65534' ] && [ ! -w "$0" ] && echo 'etcd Version: 3.5.30'\n`
      const wanted = archiveOf(`nobody-${mode}`, '3.5.30', { etcd: says, etcdctl: tool, etcdutl: tool })
      await uploadArchive(session, wanted)
      expect(await releaseInstalled(session, wanted)).toBe(true)
      expect(readdirSync('/run').filter((name) => name.startsWith('etcd-deploy-try'))).toEqual([])
    },
  )

  it('switches to another version, keeps the one before, and drops the link to a tool it does not have', async () => {
    const newer = complete('3.5.16')
    const older = archiveOf('old', '3.4.23', { etcd: prints('3.4.23'), etcdctl: tool })
    for (const wanted of [newer, older]) {
      await uploadArchive(session, wanted)
      expect(await activateRelease(session, wanted)).toBe(true)
    }
    expect(readdirSync(binDir).sort()).toEqual(['.etcd', 'etcd', 'etcdctl'])
    expect(readlinkSync(join(binDir, 'etcd'))).toContain('v3.4.23')
    expect(await releaseInstalled(session, newer)).toBe(true)
  })

  it('keeps a plain binary that was in the place, and leaves a foreign link to etcdutl alone', async () => {
    writeFileSync(join(binDir, 'etcd'), 'someone else put it here')
    symlinkSync('/usr/bin/true', join(binDir, 'etcdutl'))
    const wanted = archiveOf('old', '3.4.23', { etcd: prints('3.4.23'), etcdctl: tool })
    await uploadArchive(session, wanted)
    await activateRelease(session, wanted)
    expect(readFileSync(join(binDir, '.etcd', 'replaced', 'etcd'), 'utf8')).toBe('someone else put it here')
    expect(lstatSync(join(binDir, 'etcd')).isSymbolicLink()).toBe(true)
    expect(readlinkSync(join(binDir, 'etcdutl'))).toBe('/usr/bin/true')
  })

  it('sees a binary that was tampered with, and puts it right without a moment without one', async () => {
    const wanted = complete('3.5.16')
    await uploadArchive(session, wanted)
    await activateRelease(session, wanted)
    writeFileSync(join(binDir, '.etcd', release(wanted), 'etcd'), prints('3.5.16').replace('none', 'evil'))
    expect(await releaseInstalled(session, wanted)).toBe(false)
    await expect(activateRelease(session, wanted)).rejects.toThrow(/is not there.*run again/)
    await uploadArchive(session, wanted)
    expect(await releaseInstalled(session, wanted)).toBe(true)
    expect(execFileSync(join(binDir, 'etcd')).toString()).toContain('none')
  })

  it('sweeps what a killed try left', async () => {
    mkdirSync(join(binDir, '.etcd', '.upload-4711', 'release'), { recursive: true })
    const wanted = complete('3.5.16')
    await uploadArchive(session, wanted)
    expect(store()).toEqual([release(wanted)])
  })

  const refusals: readonly [string, () => ReleaseArchive, RegExp][] = [
    [
      'another digest',
      () => ({ ...complete('3.5.16'), sha256: 'f'.repeat(64) }),
      /the archive that arrived is not the one asked for: SHA-256 is [0-9a-f]{64}, expected f{64}/,
    ],
    [
      'another version inside',
      () => ({ ...complete('3.5.16'), version: '3.5.30' }),
      /holds another version: it prints 'etcd Version: 3\.5\.16', asked for 3\.5\.30/,
    ],
    [
      'a binary of another architecture',
      () => archiveOf('arch', '3.5.16', { etcd: '\x7fELF not for us', etcdctl: tool }),
      /does not run on this host: .*architecture \(amd64\)/,
    ],
    [
      'a binary whose header names another architecture',
      () => archiveOf('elf', '3.5.16', { etcd: elfHeader(0xf3), etcdctl: tool }),
      /its etcd is built for riscv64, and this host is amd64/,
    ],
    [
      'a binary whose loader is not here',
      () => archiveOf('loader', '3.5.16', { etcd: '#!/no/such/loader\n', etcdctl: tool }),
      /its etcd needs a program loader .*that this host does not have/,
    ],
    [
      'no etcdctl',
      () => archiveOf('half', '3.5.16', { etcd: prints('3.5.16') }),
      /the archive holds no etcdctl/,
    ],
  ]
  it.each(refusals)('refuses %s, and leaves what was there', async (_name, make, sentence) => {
    const there = archiveOf('there', '3.5.9', { etcd: prints('3.5.9'), etcdctl: tool })
    await uploadArchive(session, there)
    await activateRelease(session, there)
    await expect(uploadArchive(session, make())).rejects.toThrow(sentence)
    await expect(uploadArchive(session, make())).rejects.toThrow(/the release that was there is untouched/)
    expect(store()).toEqual([release(there)])
    expect(execFileSync(join(binDir, 'etcd')).toString()).toMatch(/3\.5\.9/)
  })

  it('refuses an archive that was cut off on the way', async () => {
    const wanted = complete('3.5.16')
    const cut = {
      ...session,
      run: (command: Command) =>
        session.run({ ...command, stdin: readFileSync(wanted.archive).subarray(0, -10) }),
    }
    await expect(uploadArchive(cut, wanted)).rejects.toThrow(/cut off on the way: \d+ of \d+ bytes/)
    expect(store()).toEqual([])
  })

  it('refuses to write where a directory is in the place of a binary', async () => {
    const wanted = complete('3.5.16')
    await uploadArchive(session, wanted)
    mkdirSync(join(binDir, 'etcd'))
    await expect(activateRelease(session, wanted)).rejects.toThrow(/kube bin\/etcd is a directory/)
  })
})
