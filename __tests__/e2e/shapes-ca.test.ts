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

test('a CA key in PKCS#1, all forms of it for one and the same CA, and names of its own in the certificate', async () => {
  const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
  const pkcs1 = await readFile(lab.ca.pkcs1KeyFile, 'utf8')
  expect(pkcs1).toContain('BEGIN RSA PRIVATE KEY')
  const given = { ...inputs, 'ca-key': pkcs1, 'certificate-sans': 'etcd.example.com\n10.9.8.7, fd00:ed1::99' }
  await deployTwice({ lab, hosts: [1], inputs: given, options: cache.options })
  const text = await certificateText(await lab.on(1, 'cat /etc/kubernetes/ssl/etcd.pem'), lab.ca.certFile)
  expect(text).toContain('DNS:etcd.example.com')
  expect(text).toContain('IP Address:10.9.8.7')
  expect(text).toMatch(/IP Address:FD00:ED1:0:0:0:0:0:99/i)
  expect(text).toContain(`IP Address:${lab.hosts[0]?.address}`)

  const before = await worldOf(lab, [1])
  const again = await run(
    { ...given, 'ca-cert': base64(inputs['ca-cert'] ?? ''), 'ca-key': base64(pkcs1) },
    cache.options,
  )
  passed(again)
  expect(again.outputs['changed']).toBe('false')
  expect(await worldOf(lab, [1])).toEqual(before)
})

test('a CA as base64 of its PEM signs members', async () => {
  const base64 = (text = ''): string => Buffer.from(text, 'utf8').toString('base64')
  const given = { ...inputs, 'ca-cert': base64(inputs['ca-cert']), 'ca-key': base64(inputs['ca-key']) }
  const result = await deployTwice({ lab, hosts: [1], inputs: given, options: cache.options })
  expect(await lab.on(1, 'cat /etc/kubernetes/ssl/ca.pem')).toBe(inputs['ca-cert'])
  await certificateText(await lab.on(1, 'cat /etc/kubernetes/ssl/etcd.pem'), lab.ca.certFile)
  expect(shownLog(result)).not.toContain(given['ca-key']?.slice(0, 60))
})
