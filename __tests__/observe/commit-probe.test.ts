import { once } from 'node:events'
import { Agent, createServer, type Server } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { EtcdctlResult } from '../../src/etcd/etcdctl.js'
import { commitProbe, type CommitProbe } from '../../src/observe/commit-probe.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

interface Call {
  readonly path: string
  readonly body: Record<string, string>
}

/** A member's JSON gateway; `answer` may give another status and body for a call. */
const gateway = async (
  answer: (call: Call, index: number) => readonly [number, object] | undefined = () => undefined,
) => {
  const calls: Call[] = []
  let connections = 0
  const server: Server = createServer((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => (text += piece.toString()))
    request.on('end', () => {
      const call = { path: request.url ?? '', body: JSON.parse(text) as Record<string, string> }
      const granted = call.path === '/v3/lease/grant' ? { ID: '7587848943239473923', TTL: '60' } : {}
      const [status, body] = answer(call, calls.push(call) - 1) ?? [200, granted]
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => server.close())
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { endpoint, calls, connections: () => connections }
}

/** etcdctl that works (or not) and remembers its words. */
const etcdctl = (fails = false) => {
  const words: string[][] = []
  const run = (argv: readonly string[]): Promise<EtcdctlResult> => {
    words.push(argv.filter((word) => !word.startsWith('--')).slice(1))
    if (fails) return Promise.resolve({ code: 1, stdout: '', stderr: 'Error: etcdserver: no leader\n' })
    const stdout = argv.includes('grant') ? '{"header":{},"id":7587848943239473923,"ttl":60}' : '{}'
    return Promise.resolve({ code: 0, stdout, stderr: '' })
  }
  const access = { etcdctl: '/bin/etcdctl', endpoint: 'e', caFile: 'ca', certFile: 'c', keyFile: 'k' }
  return { words, fallback: { run, access } }
}

const probe = (endpoint: string, more: Partial<CommitProbe> = {}): CommitProbe => ({
  endpoint,
  name: 'etcd-1',
  count: 5,
  agent: new Agent({ keepAlive: true }),
  fallback: etcdctl().fallback,
  ...more,
})

describe('commitProbe', () => {
  it('writes leased keys over one kept connection and ends the lease', async () => {
    const { endpoint, calls, connections } = await gateway()
    const found = await commitProbe(probe(endpoint))
    expect(found).toMatchObject({ endpoint, method: 'gateway', reason: '' })
    expect(found.p50).toBeGreaterThan(0)
    expect(found.p50).toBeLessThanOrEqual(found.p99)
    expect(found.p99).toBeLessThanOrEqual(found.max)
    expect(calls.map(({ path }) => path)).toEqual([
      '/v3/lease/grant',
      ...Array.from({ length: 5 }, () => '/v3/kv/put'),
      '/v3/lease/revoke',
    ])
    expect(connections()).toBe(1)
    const puts = calls.slice(1, 6).map(({ body }) => body)
    expect(new Set(puts.map(({ lease }) => lease))).toEqual(new Set(['7587848943239473923']))
    const keys = puts.map(({ key = '' }) => Buffer.from(key, 'base64').toString())
    expect(keys.every((key) => /^etcd-deploy\/probe\/[0-9a-f]{16}\/\d$/.test(key))).toBe(true)
    expect(calls.at(-1)?.body).toEqual({ ID: '7587848943239473923' })
  })

  it.each([
    ['is switched off', [404, {}], /switched off/],
    ['refuses (3.5)', [503, { error: 'tls: bad certificate', message: 'x' }], /^tls: bad certificate$/],
    ['refuses (3.6)', [403, { message: 'permission denied', code: 7 }], /^permission denied$/],
    ['says nothing of a lease', [200, { hello: 1 }], /names no lease/],
  ] as const)('falls back to etcdctl where the gateway %s', async (_name, reply, reason) => {
    const { endpoint } = await gateway(() => reply)
    const { words, fallback } = etcdctl()
    const found = await commitProbe(probe(endpoint, { fallback, count: 2 }))
    expect(found.method).toBe('etcdctl')
    expect(found.reason).toMatch(reason)
    expect(words.map(([first, second]) => `${first} ${second}`)).toEqual([
      'lease grant',
      expect.stringMatching(/^put etcd-deploy/),
      expect.stringMatching(/^put etcd-deploy/),
      'lease revoke',
    ])
    expect(words.at(-1)?.at(-1)).toBe(7587848943239473923n.toString(16))
  })

  it('falls back where there is no way to the gateway, or no certificate', async () => {
    const holder = createTcpServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const endpoint = `http://127.0.0.1:${(holder.address() as AddressInfo).port}`
    await new Promise((done) => holder.close(done))
    const { method, reason } = await commitProbe(probe(endpoint))
    expect([method, /ECONNREFUSED/.test(reason)]).toEqual(['etcdctl', true])
    expect(await commitProbe(probe(endpoint, { agent: undefined }))).toMatchObject({
      method: 'etcdctl',
      reason: 'there is no client certificate on the runner',
    })
  })

  it('fails where a write fails, and ends the lease all the same', async () => {
    const noSpace = [500, { message: 'etcdserver: mvcc: database space exceeded' }] as const
    const { endpoint, calls } = await gateway(({ path }, index) =>
      path === '/v3/kv/put' && index > 2 ? noSpace : undefined,
    )
    await expect(commitProbe(probe(endpoint))).rejects.toThrow(
      /cannot write a key: etcdserver: mvcc: database space exceeded; the keys written so far vanish/,
    )
    expect(calls.at(-1)?.path).toBe('/v3/lease/revoke')
  })

  it('fails with etcdctl’s reason where neither works', async () => {
    const { endpoint } = await gateway(() => [404, {}])
    await expect(commitProbe(probe(endpoint, { fallback: etcdctl(true).fallback }))).rejects.toThrow(
      /cannot write a key: etcdserver: no leader/,
    )
  })
})
