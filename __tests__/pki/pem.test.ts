import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPem, writePem } from '../../src/pki/pem.js'

const der = Buffer.from(Array.from({ length: 150 }, (_, index) => (index * 7) % 256))
const pem = writePem('CERTIFICATE', der)
const two = pem + writePem('RSA PRIVATE KEY', Buffer.from('second'))

describe('readPem', () => {
  it.each([
    ['as it should be', two],
    ['with CRLF', two.replaceAll('\n', '\r\n')],
    ['with blanks around and indented lines', `\n\n  ${two.replaceAll('\n', '\n    ')}\t\n`],
    ['with text around the blocks', `subject=CN = x\n${two}trailing words\n`],
    ['squeezed on one line with spaces', two.replaceAll('\n', ' ')],
    ['squeezed on one line without spaces', two.replaceAll('\n', '')],
  ])('reads PEM %s', (_, text) => {
    expect(readPem(text)).toEqual([
      { label: 'CERTIFICATE', der, encrypted: false, damage: undefined },
      { label: 'RSA PRIVATE KEY', der: Buffer.from('second'), encrypted: false, damage: undefined },
    ])
  })

  it.each([
    ['nothing', ''],
    ['words', 'not a pem at all'],
    ['base64 of a PEM, which no host reads', Buffer.from(pem).toString('base64')],
  ])('finds no block in %s', (_, text) => {
    expect(readPem(text)).toEqual([])
  })

  it('tells an old-style encrypted key, also when squeezed on one line', () => {
    const text =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n'
    for (const form of [text, text.replaceAll('\n', ' ')]) {
      expect(readPem(form)).toMatchObject([{ label: 'RSA PRIVATE KEY', encrypted: true, damage: undefined }])
    }
  })

  it.each([
    ['cut off', pem.slice(0, 120), /no END line/],
    ['cut off within the label', '-----BEGIN CERTIF', /no END line/],
    ['with a line changed', pem.replace(/\n(....)/, '\n*$1'), /not valid base64/],
    ['with a character lost', pem.replace(/\n./, '\n'), /not valid base64/],
    ['empty', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----', /not valid base64/],
  ])('says that a block is damaged: %s', (_, text, damage) => {
    const [block] = readPem(text)
    expect(block?.damage).toMatch(damage)
    expect(block?.der.length).toBe(0)
  })

  it('does not let a block that was cut off swallow the next one', () => {
    const blocks = readPem(pem.slice(0, 120) + '\n' + pem)
    expect(blocks.map(({ damage }) => damage === undefined)).toEqual([false, true])
    expect(blocks[1]?.der).toEqual(der)
  })

  it('gives back every octet that was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const text = writePem('PRIVATE KEY', bytes)
        expect(readPem(text)[0]?.der).toEqual(Buffer.from(bytes))
        expect(text.split('\n').every((line) => line.length <= 64)).toBe(true)
      }),
    )
  })

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      '-----BEGIN ',
      '-----END ',
      'CERTIFICATE',
      '-----',
      '\n',
      'AAAA',
      '\\n',
      '=',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }).map((all) => all.join('')),
    )
    fc.assert(fc.property(text, (value) => readPem(value).every(({ label }) => typeof label === 'string')))
  })
})
