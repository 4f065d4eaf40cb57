import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DesiredRelease } from '../../src/cluster/desired.js'
import { obtainArchive, type ObtainedArchive } from '../../src/runner/archive.js'
import { makeArchive, withFolder, withServer, type Handler } from './mirror.fixture.js'

const LIMITS = { stallMs: 2000, attempts: 2, backoffMs: 1 }
const RELEASE: DesiredRelease = { version: '9.9.9', downloadBaseUrl: '', archive: '', archiveSha256: '' }

interface Attempt {
  readonly release?: Partial<DesiredRelease>
  /** Answers for paths of the mirror; anything else is 404. */
  readonly files?: Readonly<Record<string, Buffer | string>>
  readonly cacheDir: string
}

const obtain = ({ release, files = {}, cacheDir }: Attempt) => {
  const warnings: string[] = []
  const lines: string[] = []
  const handler: Handler = ({ url = '' }, response) => {
    const body = files[url]
    if (body === undefined) response.writeHead(404).end()
    else response.end(body)
  }
  return withServer(handler, async ({ url, requests }) => {
    const outcome = await obtainArchive({
      release: { ...RELEASE, downloadBaseUrl: url, ...release },
      arch: 'amd64',
      cacheDir,
      limits: LIMITS,
      warn: (message) => warnings.push(message),
      onProgress: (line) => lines.push(line),
    }).then(
      (archive): { archive: ObtainedArchive | undefined; error: string } => ({ archive, error: '' }),
      (error: unknown) => ({ archive: undefined, error: String(error) }),
    )
    return { ...outcome, warnings, lines, requests: [...requests] }
  })
}

const PATH = '/v9.9.9/etcd-v9.9.9-linux-amd64.tar.gz'
const SUMS = '/v9.9.9/SHA256SUMS'

const everyFile = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : []

describe('from a mirror', () => {
  it('is downloaded once, checked against archive-sha256, then found in the cache', () =>
    withFolder(async (folder) => {
      const made = makeArchive(folder)
      const cacheDir = join(folder, 'cache')
      const attempt: Attempt = {
        cacheDir,
        files: { [PATH]: made.bytes },
        release: { archiveSha256: made.sha256 },
      }
      const first = await obtain(attempt)
      expect(first.archive).toEqual({
        path: join(cacheDir, made.sha256, made.fileName),
        sha256: made.sha256,
        origin: 'download',
      })
      expect(first.warnings).toEqual([])
      expect(first.lines[0]).toMatch(/^Downloading http:/)
      const second = await obtain(attempt)
      expect(second.archive).toEqual({ ...first.archive, origin: 'cache' })
      expect(second.requests).toEqual([])
      expect(statSync(cacheDir).mode & 0o777).toBe(0o700)
    }))

  it('is downloaded again when the cached one was damaged', () =>
    withFolder(async (folder) => {
      const made = makeArchive(folder)
      const cacheDir = join(folder, 'cache')
      const attempt: Attempt = {
        cacheDir,
        files: { [PATH]: made.bytes },
        release: { archiveSha256: made.sha256 },
      }
      const { archive } = await obtain(attempt)
      appendFileSync(archive?.path ?? '', 'x')
      const again = await obtain(attempt)
      expect(again.archive).toEqual({ ...archive, origin: 'download' })
      expect(readFileSync(archive?.path ?? '').equals(made.bytes)).toBe(true)
    }))

  it('is checked against SHA256SUMS where no digest is known, with a warning that says what that is worth', () =>
    withFolder(async (folder) => {
      const made = makeArchive(folder)
      const sums = `${'0'.repeat(64)}  other.tar.gz\n${made.sha256}  ${made.fileName}\n`
      const { archive, warnings } = await obtain({
        cacheDir: join(folder, 'cache'),
        files: { [PATH]: made.bytes, [SUMS]: sums },
      })
      expect(archive?.sha256).toBe(made.sha256)
      expect(warnings).toEqual([
        expect.stringMatching(/^No digest is pinned for etcd 9\.9\.9 .* not a forged release/),
      ])
    }))

  it.each<{
    title: string
    files: (good: Buffer) => Attempt['files']
    release?: Partial<DesiredRelease>
    error: RegExp
  }>([
    {
      title: 'another file than archive-sha256 says: both digests are shown',
      files: (good) => ({ [PATH]: Buffer.concat([good, Buffer.from('x')]) }),
      release: { archiveSha256: 'A'.repeat(64) },
      error:
        /is not the release it should be: its SHA-256 is [0-9a-f]{64}, expected was a{64} \(archive-sha256\); it is not used; check where/,
    },
    {
      title: 'another file than the pinned one, wherever it came from',
      files: (good) => ({ '/v3.6.14/etcd-v3.6.14-linux-amd64.tar.gz': good }),
      release: { version: '3.6.14' },
      error:
        /expected was ffe840ff9295808e88cce2794a18a5ac87f12a5203c8314d0bf6aa119b41bac5 \(the digest pinned for etcd 3\.6\.14 on amd64\)/,
    },
    {
      title: 'another file than SHA256SUMS says',
      files: (good) => ({ [PATH]: good, [SUMS]: `${'b'.repeat(64)}  etcd-v9.9.9-linux-amd64.tar.gz\n` }),
      error: /expected was b{64} \(http:\/\/127\.0\.0\.1:\d+\/v9\.9\.9\/SHA256SUMS\)/,
    },
    {
      title: 'a login page',
      files: () => ({ [PATH]: '<!DOCTYPE html><title>Log in</title>' }),
      release: { archiveSha256: 'a'.repeat(64) },
      error: /it is a web page, not a \.tar\.gz archive; its SHA-256 is/,
    },
    {
      title: 'a version that does not exist there',
      files: () => ({}),
      release: { archiveSha256: 'a'.repeat(64) },
      error: /answers 404 Not Found; check that etcd 9\.9\.9 exists for amd64, and download-base-url/,
    },
    {
      title: 'no SHA256SUMS where one is needed',
      files: (good) => ({ [PATH]: good }),
      error:
        /SHA256SUMS: the server answers 404 Not Found; check that version is right and .* or give the digest as archive-sha256/,
    },
    {
      title: 'SHA256SUMS without the file',
      files: (good) => ({ [PATH]: good, [SUMS]: `${'b'.repeat(64)}  other\n` }),
      error: /no digest is known for etcd-v9\.9\.9-linux-amd64\.tar\.gz: .*SHA256SUMS does not list it/,
    },
  ])('refuses $title', ({ files, release, error: expected }) =>
    withFolder(async (folder) => {
      const cacheDir = join(folder, 'cache')
      const { error, archive } = await obtain({
        cacheDir,
        files: files(makeArchive(folder).bytes) ?? {},
        ...(release ? { release } : {}),
      })
      expect(archive).toBeUndefined()
      expect(error).toMatch(expected)
      expect(everyFile(cacheDir)).toEqual([])
    }),
  )
})

describe('from the runner', () => {
  it('is used where it lies, {arch} filled in, without a mirror', () =>
    withFolder(async (folder) => {
      const made = makeArchive(folder)
      const release = { archive: join(folder, 'etcd-v9.9.9-linux-{arch}.tar.gz'), archiveSha256: made.sha256 }
      const { archive, requests, warnings } = await obtain({ cacheDir: join(folder, 'cache'), release })
      expect(archive).toEqual({ path: made.path, sha256: made.sha256, origin: 'archive' })
      expect(requests).toEqual([])
      expect(warnings).toEqual([])
    }))

  it('is used with a warning where no digest is known', () =>
    withFolder(async (folder) => {
      const made = makeArchive(folder)
      const { archive, warnings } = await obtain({ cacheDir: folder, release: { archive: made.path } })
      expect(archive?.sha256).toBe(made.sha256)
      expect(warnings).toEqual([expect.stringContaining(made.sha256)])
    }))

  it.each<{ title: string; prepare: (folder: string) => Partial<DesiredRelease>; error: RegExp }>([
    {
      title: 'a file that is not there',
      prepare: (folder) => ({ archive: join(folder, 'none-{arch}.tar.gz') }),
      error: /archive: there is no file .*none-amd64\.tar\.gz on the runner; give the path/,
    },
    {
      title: 'a folder',
      prepare: (folder) => ({ archive: folder }),
      error: /there is no file/,
    },
    {
      title: 'a zip',
      prepare: (folder) => {
        writeFileSync(join(folder, 'a.zip'), `PK${'x'.repeat(2_000_000)}`)
        return { archive: join(folder, 'a.zip') }
      },
      error:
        /cannot be used: it is no \.tar\.gz archive; give etcd-v9\.9\.9-linux-amd64\.tar\.gz as it was published/,
    },
    {
      title: 'an archive of nothing much',
      prepare: (folder) => {
        execFileSync('tar', ['-czf', join(folder, 'a.tgz'), '-C', '/', 'etc/hostname'])
        return { archive: join(folder, 'a.tgz') }
      },
      error: /it is only \d+ bytes long, too short for an etcd release/,
    },
    {
      title: "an archive of one's own under a known version, without its digest",
      prepare: (folder) => ({ version: '3.5.30', archive: makeArchive(folder, '3.5.30').path }),
      error:
        /\(the digest pinned for etcd 3\.5\.30 on amd64\); it is not used; .* archive of your own making, give its digest/,
    },
  ])('refuses $title, and leaves it alone', ({ prepare, error: expected }) =>
    withFolder(async (folder) => {
      const release = prepare(folder)
      const before = everyFile(folder)
      const { error } = await obtain({ cacheDir: join(folder, 'cache'), release })
      expect(error).toMatch(expected)
      expect(everyFile(folder)).toEqual(before)
    }),
  )
})
