import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { downloadFile } from '../../src/runner/download.js'
import { withFolder, withServer, type Handler } from './mirror.fixture.js'

const LIMITS = { stallMs: 300, attempts: 3, backoffMs: 1 }

describe('what is never said', () => {
  it('user and password of a mirror', async () => {
    const { error, retries } = await withServer(
      (_, response) => response.writeHead(500).end(),
      ({ url }) =>
        withFolder(async (folder) => {
          const retries: string[] = []
          const error: unknown = await downloadFile(
            url.replace('http://', 'http://me:s3cret@'),
            join(folder, 'f'),
            {
              limits: LIMITS,
              ifMissing: '',
              onRetry: (sentence) => retries.push(sentence),
            },
          ).catch((thrown: unknown) => thrown)
          return { error, retries }
        }),
    )
    expect(retries).toHaveLength(2)
    expect(String(error) + retries.join('')).not.toMatch(/s3cret|me:/)
  })
})

describe('an abort', () => {
  it.each<{ title: string; handler: Handler }>([
    { title: 'before the answer', handler: () => undefined },
    { title: 'in the body', handler: (_, response) => response.writeHead(200).write('x') },
    { title: 'between two tries', handler: (_, response) => response.writeHead(500).end() },
  ])('$title ends it with its own reason', async ({ handler }) => {
    const control = new AbortController()
    const reason = new Error('cancelled')
    setTimeout(() => control.abort(reason), 50)
    const limits = { ...LIMITS, stallMs: 20_000, backoffMs: 20_000 }
    await withServer(handler, ({ url }) =>
      withFolder(async (folder) => {
        const work = downloadFile(url, join(folder, 'f'), { limits, ifMissing: '', signal: control.signal })
        await expect(work).rejects.toBe(reason)
      }),
    )
  })
})
