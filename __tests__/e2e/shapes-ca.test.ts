import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { certificateText } from './openssl.js'
import { deployTwice, makeToolCache, passed, shownLog } from './shape.js'
import { worldOf } from './world.js'

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>
let inputs: Record<string, string>

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
  inputs = await lab.inputs([1], VERSION)
})
afterAll(() => cache.remove())

test('an ECDSA CA, and ECDSA keys for the members', async () => {
  await deployTwice({
    lab,
    hosts: [1],
    inputs: {
      ...inputs,
      'ca-cert': await readFile(lab.ca.ecdsaCertFile, 'utf8'),
      'ca-key': await readFile(lab.ca.ecdsaKeyFile, 'utf8'),
      'certificate-key': 'ecdsa-p256',
    },
    options: cache.options,
  })
  const text = await certificateText(
    await lab.on(1, 'cat /etc/kubernetes/ssl/etcd.pem'),
    lab.ca.ecdsaCertFile,
  )
  expect(text).toContain('Signature Algorithm: ecdsa-with-SHA256')
  expect(text).toContain('ASN1 OID: prime256v1')
})

test('a CA as base64 of its PEM, its key in PKCS#1, and names of its own in the certificate', async () => {
  const base64 = (text = ''): string => Buffer.from(text, 'utf8').toString('base64')
  const pkcs1 = await readFile(lab.ca.pkcs1KeyFile, 'utf8')
  expect(pkcs1).toContain('BEGIN RSA PRIVATE KEY')
  const sans = { 'certificate-sans': 'etcd.example.com\n10.9.8.7, fd00:ed1::99' }
  const given = { ...inputs, ...sans, 'ca-cert': base64(inputs['ca-cert']), 'ca-key': base64(pkcs1) }
  const result = await deployTwice({ lab, hosts: [1], inputs: given, options: cache.options })
  expect(shownLog(result)).not.toContain(given['ca-key'].slice(0, 60))
  expect(await lab.on(1, 'cat /etc/kubernetes/ssl/ca.pem')).toBe(inputs['ca-cert'])
  const text = await certificateText(await lab.on(1, 'cat /etc/kubernetes/ssl/etcd.pem'), lab.ca.certFile)
  expect(text).toContain('DNS:etcd.example.com')
  expect(text).toContain('IP Address:10.9.8.7')
  expect(text).toMatch(/IP Address:FD00:ED1:0:0:0:0:0:99/i)
  expect(text).toContain(`IP Address:${lab.hosts[0]?.address}`)

  // The same CA in its other forms is no change.
  const before = await worldOf(lab, [1])
  for (const key of [pkcs1, inputs['ca-key'] ?? '']) {
    const again = await run({ ...inputs, ...sans, 'ca-key': key }, cache.options)
    passed(again)
    expect(again.outputs['changed']).toBe('false')
  }
  expect(await worldOf(lab, [1])).toEqual(before)
})
