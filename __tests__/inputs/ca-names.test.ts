import { describe, expect, it } from 'vitest'
import { writePem } from '../../src/pki/pem.js'
import { EXT, NAME, cn, craft, ecKeys, type Crafted } from '../pki/go-x509/craft.js'
import { deploy, problemsIn, type Texts } from './setting.js'

const LAN = NAME.ip(192, 168, 0, 0, 255, 255, 0, 0)
const LOOPBACK = NAME.ip(127, 0, 0, 0, 255, 0, 0, 0)
const LOCALHOST = NAME.dns('localhost')

const limited = (permitted: readonly Buffer[], excluded: readonly Buffer[] = []): Crafted =>
  craft({ extensions: [EXT.ca(), EXT.certSign, EXT.constraints(permitted, excluded)] })
const pemOf = ({ der }: Crafted): string => writePem('CERTIFICATE', der)
const given = (ca: Crafted): Texts => ({
  'ca-cert': pemOf(ca),
  'ca-key': ca.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
})

const NEED = "which members' certificates have to cover: CN=ca"
const REFUSED = '(name constraints), and etcd would refuse such a certificate as a whole;'
const GIVE = 'give a CA whose name constraints allow all of them (example: ${{ secrets.CA_CERT }})'

describe("the name constraints of ca-cert and the members' names", () => {
  it.each<[string, Crafted, Texts, string[]]>([
    ['all are permitted', limited([LAN, LOOPBACK, LOCALHOST]), {}, []],
    ['no kind of theirs is limited', limited([NAME.email('example.com')]), {}, []],
    [
      'all addresses are missing',
      limited([NAME.ip(10, 0, 0, 0, 255, 0, 0, 0)]),
      {},
      [
        `ca-cert (secret) may not sign for 192.168.1.1, 127.0.0.1, 192.168.1.2, 192.168.1.3, ${NEED} permits only 10.0.0.0/8 ${REFUSED} ${GIVE}`,
      ],
    ],
    [
      'the addresses that every certificate has are missing',
      limited([LAN, NAME.dns('example.com')]),
      {},
      [
        `ca-cert (secret) may not sign for 127.0.0.1, ${NEED} permits only 192.168.0.0/16 ${REFUSED} ${GIVE}`,
        `ca-cert (secret) may not sign for localhost, ${NEED} permits only example.com ${REFUSED} ${GIVE}`,
      ],
    ],
    [
      'one member is missing',
      limited([
        NAME.ip(192, 168, 1, 0, 255, 255, 255, 254),
        NAME.ip(192, 168, 1, 2, 255, 255, 255, 255),
        LOOPBACK,
      ]),
      {},
      [
        `ca-cert (secret) may not sign for 192.168.1.3, ${NEED} permits only 192.168.1.0/31, 192.168.1.2/32, 127.0.0.0/8 ${REFUSED} ${GIVE}`,
      ],
    ],
    [
      'a name of certificate-sans is missing',
      limited([LAN, LOOPBACK, LOCALHOST, NAME.dns('.example.com')]),
      { 'certificate-sans': 'etcd.example.com\netcd.example.org' },
      [
        `ca-cert (secret) may not sign for etcd.example.org, ${NEED} permits only localhost, .example.com ${REFUSED} take etcd.example.org out of certificate-sans, or ${GIVE}`,
      ],
    ],
    [
      'a name is excluded',
      limited([], [NAME.dns('internal')]),
      { 'certificate-sans': 'etcd.internal' },
      [
        `ca-cert (secret) may not sign for etcd.internal, ${NEED} excludes internal ${REFUSED} take etcd.internal out of certificate-sans, or ${GIVE}`,
      ],
    ],
    [
      'a host by its name, in shared certificates',
      limited([NAME.dns('localhost')]),
      { 'certificate-mode': 'shared', hosts: 'a.example.com\nb.example.com\nc.example.com' },
      [
        `ca-cert (secret) may not sign for a.example.com, b.example.com, c.example.com, ${NEED} permits only localhost ${REFUSED} ${GIVE}`,
      ],
    ],
  ])('%s', (_, ca, texts, problems) => {
    expect(problemsIn({ ...deploy, ...given(ca), ...texts })).toEqual(problems)
    // A plan needs no key, and says the same.
    const plan = { ...deploy, ...given(ca), ...texts, operation: 'plan', 'ca-key': '' }
    expect(problemsIn(plan)).toEqual(problems)
  })

  it('do not matter to a health check', () => {
    expect(problemsIn({ ...deploy, ...given(limited([LAN])), operation: 'health' })).toEqual([])
  })

  it('count for the CA that signs, and without its key for all of a bundle', () => {
    const free = craft({ subject: cn('free'), keys: ecKeys('P-384') })
    const ca = limited([LAN])
    const bundle = { ...given(ca), 'ca-cert': pemOf(ca) + pemOf(free) }
    expect(problemsIn({ ...deploy, ...bundle })).toEqual([
      expect.stringContaining('may not sign for 127.0.0.1'),
    ])
    expect(problemsIn({ ...deploy, ...bundle, operation: 'plan', 'ca-key': '' })).toEqual([])
  })
})
