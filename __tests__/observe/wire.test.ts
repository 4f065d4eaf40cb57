import { X509Certificate } from 'node:crypto'
import { createServer as createTcpServer, type Server } from 'node:net'
import { createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { observeWire } from '../../src/observe/wire.js'
import { OpenFailure } from '../../src/ssh/port.js'
import { makeCa } from '../pki/openssl.js'
import { memberAt } from '../pki/members.js'
import { hostWith } from './host.fixture.js'

const member = memberAt('127.0.0.1')
const ca = makeCa({ key: 'P-256', subject: '/CN=wire' })

/** A TLS alert of this number, as a record of its own: what Go sends where it has no pair of key and certificate. */
const alert = (number: number): Server =>
  createTcpServer((socket) =>
    socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, number]))),
  )

describe('what a member serves', () => {
  it('is known by its serial number', async () => {
    const host = await hostWith(createServer({ cert: ca.certPem, key: ca.keyPem }))
    const serial = new X509Certificate(ca.certPem).serialNumber.toLowerCase().replace(/^0+/, '')
    expect(await observeWire(host, member)).toEqual({ kind: 'served', serial })
  })

  it.each([
    ['for a fault of its own, is nothing', 80, { kind: 'broken' }],
    ['for what the client is, tells nothing', 42, undefined],
    ['for want of a certificate of the client, tells nothing', 116, undefined],
  ])('where it breaks handshakes off %s', async (_name, number, fact) => {
    expect(await observeWire(await hostWith(alert(number)), member)).toEqual(fact)
  })

  it.each(['refused', 'prohibited', 'timeout'] as const)('is unknown where the way is %s', async (kind) => {
    const host = { openTcp: () => Promise.reject(new OpenFailure(kind, 'open failed')) }
    expect(await observeWire(host, member)).toBeUndefined()
  })
})
