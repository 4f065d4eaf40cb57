import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { downloadFile, downloadText, type DownloadOptions } from '../../src/runner/download.js'
import { sha256, withFolder, withServer, type Handler } from './mirror.fixture.js'

const BODY = Buffer.from('0123456789'.repeat(10_000))
const LIMITS = {
  stallMs: 1000,
  windowMs: 60_000,
  leastBytes: 1,
  attempts: 3,
  backoffMs: 1,
  maxBytes: 1_000_000,
}

interface Outcome {
  readonly error: unknown
  readonly text: string
  readonly requests: readonly string[]
  readonly retries: readonly string[]
  readonly progress: readonly (readonly [number, number | undefined])[]
  readonly hash: string | undefined
}

const download = (handler: Handler, options: Partial<DownloadOptions> = {}, path = '/file') =>
  withServer(handler, ({ url, requests }) =>
    withFolder(async (folder): Promise<Outcome> => {
      const file = join(folder, 'file')
      const retries: string[] = []
      const progress: (readonly [number, number | undefined])[] = []
      let hash: string | undefined
      let error: unknown
      try {
        const done = await downloadFile(`${url}${path}`, file, {
          limits: LIMITS,
          ifMissing: 'check the version',
          onRetry: (sentence) => retries.push(sentence),
          onProgress: (bytes, total) => progress.push([bytes, total]),
          ...options,
        })
        hash = done.sha256
      } catch (thrown) {
        error = thrown
      }
      const text = error === undefined ? readFileSync(file, 'utf8') : ''
      return { error, text, requests, retries, progress, hash }
    }),
  )

const whole: Handler = (_, response) => response.writeHead(200, { 'content-length': BODY.length }).end(BODY)

describe('a server that works', () => {
  it('gives the file, its hash and its progress', async () => {
    const { error, text, hash, progress, requests } = await download(whole)
    expect(error).toBeUndefined()
    expect(text).toBe(BODY.toString())
    expect(hash).toBe(sha256(BODY))
    expect(progress.at(-1)).toEqual([BODY.length, BODY.length])
    expect(requests).toEqual(['/file'])
  })

  it('may leave the length unsaid', async () => {
    const { text, progress } = await download((_, response) => {
      response.write(BODY)
      response.end()
    })
    expect(text).toBe(BODY.toString())
    expect(progress.at(-1)).toEqual([BODY.length, undefined])
  })

  it('may be slow for as long as it goes on', async () => {
    const { text, retries } = await download(
      async (_, response) => {
        for (let i = 0; i < 6; i++) {
          response.write(BODY.subarray(i * 10, i * 10 + 10))
          await sleep(250)
        }
        response.end()
      },
      { limits: { ...LIMITS, stallMs: 3000 } },
    )
    expect(text).toBe(BODY.subarray(0, 60).toString())
    expect(retries).toEqual([])
  })

  it.each(['/elsewhere', 'elsewhere'])('may redirect to %s', async (location) => {
    const { text, requests } = await download((request, response, count) =>
      request.url === '/file' ? response.writeHead(302, { location }).end() : whole(request, response, count),
    )
    expect(text).toBe(BODY.toString())
    expect(requests).toEqual(['/file', '/elsewhere'])
  })

  it('gets user and password of the URL, and no other server does', async () => {
    const seen: (string | undefined)[] = []
    await withServer(
      (request, response, count) => {
        seen.push(request.headers.authorization)
        whole(request, response, count)
      },
      (other) =>
        withServer(
          (request, response) => {
            seen.push(request.headers.authorization)
            response.writeHead(307, { location: `${other.url}/there` }).end()
          },
          ({ url }) =>
            withFolder((folder) =>
              downloadFile(url.replace('http://', 'http://me:s%40cret@'), join(folder, 'f'), {
                limits: LIMITS,
                ifMissing: '',
              }),
            ),
        ),
    )
    expect(seen).toEqual([`Basic ${Buffer.from('me:s@cret').toString('base64')}`, undefined])
  })
})

describe('a server that fails, then works', () => {
  const once =
    (fault: Handler): Handler =>
    (request, response, count) =>
      count === 1 ? fault(request, response, count) : whole(request, response, count)

  it.each<{ title: string; fault: Handler; reason: RegExp }>([
    { title: '500', fault: (_, response) => response.writeHead(500).end(), reason: /the server answers 500/ },
    { title: '429', fault: (_, response) => response.writeHead(429).end('slow down'), reason: /answers 429/ },
    {
      title: 'a connection cut in the middle',
      fault: (_, response) => {
        response.writeHead(200, { 'content-length': BODY.length })
        response.write(BODY.subarray(0, 50_000), () => response.destroy())
      },
      reason: /the connection ended after \d+ of 100000 bytes/,
    },
    {
      title: 'a connection cut before the answer',
      fault: (request) => request.socket.destroy(),
      reason: /failed \(/,
    },
    {
      title: 'a body that stops to flow',
      fault: (_, response) => {
        response.writeHead(200, { 'content-length': BODY.length })
        response.write(BODY.subarray(0, 50_000))
      },
      reason: /no data for 1000 ms/,
    },
    {
      title: 'an answer that never comes',
      fault: () => undefined,
      reason: /no data for 1000 ms/,
    },
  ])('$title', async ({ fault, reason }) => {
    const { error, text, hash, requests, retries } = await download(once(fault))
    expect(error).toBeUndefined()
    expect(text).toBe(BODY.toString())
    expect(hash).toBe(sha256(BODY))
    expect(requests).toHaveLength(2)
    expect(retries).toEqual([expect.stringMatching(reason)])
  })
})

describe('a server that does not give it', () => {
  it('404 is final, and says what to check', async () => {
    const { error, requests } = await download((_, response) => response.writeHead(404).end())
    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toMatch(
      /cannot download http:\/\/127\.0\.0\.1:\d+\/file: the server answers 404 Not Found; check the version\./,
    )
    expect(requests).toHaveLength(1)
  })

  it('403 is final', async () => {
    const { error, requests } = await download((_, response) => response.writeHead(403).end())
    expect(String(error)).toMatch(/answers 403 Forbidden; check download-base-url/)
    expect(requests).toHaveLength(1)
  })

  it('500 again and again ends', async () => {
    const { error, requests } = await download((_, response) => response.writeHead(503).end())
    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toMatch(/the server answers 503 \(tried 3 times\); check that the runner reaches/)
    expect(requests).toHaveLength(3)
  })

  it('redirects that never end', async () => {
    const { error } = await download((_, response) => response.writeHead(302, { location: '/file' }).end())
    expect(String(error)).toMatch(/more than 5 redirects/)
  })

  it('what is said to be too large is not read', async () => {
    const { error, requests } = await download((_, response) =>
      response.writeHead(200, { 'content-length': 2_000_000 }).write('x'),
    )
    expect(String(error)).toMatch(/too large/)
    expect(requests).toHaveLength(1)
  })

  it('what turns out too large is given up', async () => {
    const { error } = await download((_, response) => {
      for (let i = 0; i < 11; i++) response.write(BODY)
      response.end()
    })
    expect(String(error)).toMatch(/too large/)
  })

  it('a file that cannot be written is no fault of the server: no second try', () =>
    withServer(whole, async ({ url, requests }) => {
      const limits = LIMITS
      const download = downloadFile(url, '/proc/none/file', { limits, ifMissing: '' })
      await expect(download).rejects.toThrow(
        /cannot keep the download .* writing \/proc\/none\/file fails with ENOENT/,
      )
      expect(requests).toHaveLength(1)
    }))
})

it('downloadText gives the text', () =>
  withServer(
    (_, response) => response.end('a  b\n'),
    ({ url }) =>
      withFolder(async (folder) => {
        expect(await downloadText(url, join(folder, 'sums'), { limits: LIMITS, ifMissing: '' })).toBe(
          'a  b\n',
        )
      }),
  ))
