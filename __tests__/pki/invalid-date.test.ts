import { expect, it } from 'vitest'
import { parseCertificate } from '../../src/pki/certificate.js'
import { craft, utc } from './go-x509/craft.js'

it.each([
  ['200101000000Z', true],
  ['<00101000000Z', false],
  ['209901000000Z', false],
])('a certificate that is valid from %s is one: %s', (date, known) => {
  expect(parseCertificate(craft({ notBefore: utc(date), extensions: [] }).der) !== undefined).toBe(known)
})
