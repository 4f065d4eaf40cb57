import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { DOWNLOAD_LIMITS, downloadFile } from '../../src/runner/download.js'
import { type Handler, withFolder, withServer } from './mirror.fixture.js'

const BODY = Buffer.from('0123456789'.repeat(10_000))

describe('a server that sends a little now and then', () => {
  it.each([
    ['drips', 60],
    ['drips after a good start', 5000],
  ])('is given up where it %s, however long it goes on', async (_, first) => {
    const retries: string[] = []
    const drip: Handler = async (_request, response) => {
      response.write(BODY.subarray(0, first))
      for (let i = first; i < BODY.length && !response.destroyed; i++) {
        response.write(BODY.subarray(i, i + 1))
        await sleep(50)
      }
      response.end()
    }
    const limits = { stallMs: 30_000, windowMs: 500, leastBytes: 4000, attempts: 2, backoffMs: 1 }
    const error: unknown = await withServer(drip, ({ url }) =>
      withFolder((folder) =>
        downloadFile(`${url}/file`, join(folder, 'file'), {
          ...{ limits, ifMissing: 'look for it', onRetry: (sentence) => void retries.push(sentence) },
        }).catch((failure: unknown) => failure),
      ),
    )
    expect((error as Error).message).toMatch(
      /^cannot download .*: it is too slow to end: \d+ bytes in 500 ms, where 4000 are the least \(tried 2 times\); check/,
    )
    expect(retries).toHaveLength(1)
  })

  it('lets a release over a slow but honest link through, and no drip of bytes', () => {
    const { windowMs, leastBytes } = DOWNLOAD_LIMITS
    const slowLink = (256_000 / 8) * (windowMs / 1000)
    expect(leastBytes).toBeLessThanOrEqual(slowLink / 4)
    expect((24e6 / leastBytes) * windowMs).toBeLessThan(3_600_000)
  })
})
