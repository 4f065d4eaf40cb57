import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { getLoopback, isReady, parseClusterVersion } from '../../src/observe/loopback.js'
import { OpenFailure, type HostSession } from '../../src/ssh/port.js'
import { hostWith } from './host.fixture.js'

type Host = Pick<HostSession, 'openTcp'>

/** A host whose metrics port is this listener. */
const host = (listener: RequestListener): Promise<Host> => hostWith(createServer(listener))
const without = (kind: OpenFailure['kind']): Host => ({
  openTcp: () => Promise.reject(new OpenFailure(kind, 'open failed')),
})
/** Answers these paths with these status codes, all others with 404. */
const paths =
  (statuses: Readonly<Record<string, number>>): RequestListener =>
  (request, response) => {
    response.statusCode = statuses[request.url ?? ''] ?? 404
    response.end()
  }

describe('isReady', () => {
  it.each([
    ['/readyz says so', { '/readyz': 200, '/health': 503 }, true],
    ['/readyz says no', { '/readyz': 503, '/health': 200 }, false],
    ['there is none yet', { '/health': 200 }, undefined],
  ])('%s', async (_name, statuses, ready) => {
    const asked: (string | undefined)[] = []
    const answer = paths(statuses)
    const member = await host((request, response) => {
      asked.push(request.url)
      answer(request, response)
    })
    expect(await isReady(member, 2000)).toBe(ready)
    // On 3.4 each call of /health leaves an entry in the log that 3.6 does not start on.
    expect(asked).toEqual(['/readyz'])
  })

  it.each([
    ['nobody listens', 'refused', undefined],
    ['the SSH server forwards nothing', 'prohibited', undefined],
    ['the connection fails', 'failed', false],
  ] as const)('is %s', async (_name, kind, ready) => {
    expect(await isReady(without(kind), 2000)).toBe(ready)
  })

  it('does not wait for ever', async () => {
    expect(await isReady(await host(() => undefined), 50)).toBe(false)
    expect(await isReady({ openTcp: () => new Promise(() => undefined) }, 50)).toBe(false)
  })
})

describe('parseClusterVersion', () => {
  it.each([
    ['# HELP x\netcd_cluster_version{cluster_version="3.5"} 1\nmore\n', '3.5.0'],
    [
      'etcd_cluster_version{cluster_version="3.5"} 0\netcd_cluster_version{cluster_version="3.6"} 1\n',
      '3.6.0',
    ],
    ['etcd_server_version{server_version="3.6.14"} 1\n', undefined],
    ['', undefined],
  ])('reads %j', (text, version) => {
    expect(parseClusterVersion(text)).toBe(version)
  })
})

it('getLoopback tells a connection that breaks from one that is refused', async () => {
  const breaking = await host((request) => request.socket.destroy())
  expect(await getLoopback(breaking, { path: '/', timeoutMs: 2000 })).toMatchObject({ kind: 'failed' })
  expect(await getLoopback(without('refused'), { path: '/', timeoutMs: 2000 })).toEqual({ kind: 'nobody' })
})
