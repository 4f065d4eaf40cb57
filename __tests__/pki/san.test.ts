import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSans, encodeSans, ipOctets, ipText, sortSans } from '../../src/pki/san.js'

describe('ipOctets', () => {
  it.each([
    ['10.0.0.1', '0a000001'],
    ['::', '0'.repeat(32)],
    ['::1', '0'.repeat(31) + '1'],
    ['fd00::', 'fd' + '0'.repeat(30)],
    ['fd00:0:0:1::2', 'fd000000000000010000000000000002'],
    ['2001:DB8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['1::3:4:5:6:7:8', '00010000000300040005000600070008'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
  ])('knows the octets of %s', (text, hex) => {
    expect(ipOctets(text)?.toString('hex')).toBe(hex)
  })

  it.each(['', 'localhost', '10.0.0', '10.0.0.256', 'fe80::1%eth0', '1::2::3', '[::1]', '010.0.0.1'])(
    'says that "%s" is no address',
    (text) => {
      expect(ipOctets(text)).toBeUndefined()
    },
  )

  it('agrees with the text form of any address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const octets = ipOctets(text)
        if (octets === undefined) throw new Error(`no octets for ${text}`)
        expect(isIP(ipText(octets))).toBe(isIP(text))
        expect(ipOctets(ipText(octets))).toEqual(octets)
      }),
    )
  })
})

describe('sortSans', () => {
  it('sorts names and addresses, and drops what is there twice under another spelling', () => {
    expect(
      sortSans([
        'ETCD-1.example',
        '10.0.0.1',
        'etcd-1.example.',
        'FD00:0::1',
        'fd00::1',
        '10.0.0.1',
        '*.x.org',
      ]),
    ).toEqual({ dns: ['etcd-1.example', '*.x.org'], ips: ['10.0.0.1', 'fd00::1'] })
  })
})

describe('encodeSans', () => {
  it('is read back by decodeSans', () => {
    const sans = { dns: ['a.example', 'localhost'], ips: ['127.0.0.1', 'fd00::1'] }
    expect(decodeSans(encodeSans(sans))).toEqual(sans)
  })

  it.each([
    ['an address that is none', { dns: [], ips: ['10.0.0.300'] }, /"10.0.0.300".*no IP address/],
    ['a name that is not ASCII', { dns: ['münchen.example'], ips: [] }, /"münchen.example".*xn--/],
    ['an empty name', { dns: [''], ips: [] }, /cannot put ""/],
  ])('refuses %s', (_, sans, message) => {
    expect(() => encodeSans(sans)).toThrow(message)
  })
})
