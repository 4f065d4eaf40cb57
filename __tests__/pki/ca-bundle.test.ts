import { describe, expect, it } from 'vitest'
import { checkCaBundle } from '../../src/pki/ca-bundle.js'
import { now, farAhead, root, leaf } from './cas.js'
import { makeKey } from './openssl.js'

describe('checkCaBundle', () => {
  it('takes the CA alone, for runs without its key', () => {
    expect(checkCaBundle(`text\n${root.certPem.replaceAll('\n', '\r\n')}`, now)).toEqual({
      caPem: root.certPem,
      problems: [],
      warnings: [],
    })
  })

  it('warns of a certificate that cannot be used as long as another one can', () => {
    const { caPem, problems, warnings } = checkCaBundle(leaf.certPem + root.certPem, now)
    expect({ caPem, problems }).toEqual({ caPem: leaf.certPem + root.certPem, problems: [] })
    expect(warnings).toEqual([expect.stringMatching(/CN=leaf is not the certificate of a CA/)])
  })

  it.each([
    ['nothing', '', now, /is empty/],
    ['a key', makeKey('P-256'), now, /holds a private key/],
    ['CAs that expired', root.certPem, farAhead, /expired at/],
  ])('refuses %s', (_, text, at, rule) => {
    expect(checkCaBundle(text, at)).toEqual({
      caPem: '',
      problems: [{ input: 'ca-cert', rule: expect.stringMatching(rule) as string }],
      warnings: [],
    })
  })
})
