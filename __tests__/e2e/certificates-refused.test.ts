import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { writePem } from '../../src/pki/pem.js'
import { EXT, craft, type Crafted } from '../pki/go-x509/craft.js'
import { makeCa, type TestCa } from '../pki/openssl.js'
import { e2eLab, VERSION } from './lab.js'
import { refused, tracesOf } from './refusal.js'
import { passed } from './shape.js'

const HOSTS = [1, 2, 3]
const USUAL = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']
const permitting = (...names: readonly string[]): TestCa =>
  makeCa({
    subject: '/CN=limited',
    extensions: [...USUAL, `nameConstraints=critical,${names.map((name) => `permitted;${name}`).join(',')}`],
  })
const asTestCa = ({ der, keys }: Crafted): TestCa => ({
  certPem: writePem('CERTIFICATE', der),
  keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
})
const explicitCurve = (): TestCa => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' })
  const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return makeCa({ keyPem, subject: '/CN=explicit' })
}
const given = ({ certPem, keyPem }: TestCa): Record<string, string> => ({
  'ca-cert': certPem,
  'ca-key': keyPem,
})

let lab: Lab
let inputs: Record<string, string>

beforeAll(async () => {
  lab = await e2eLab()
  await lab.command('reset', 'all')
  inputs = await lab.inputs(HOSTS, VERSION)
})
afterAll(() => lab.command('reset', 'all'))

/** Everything that sshd said of connections. */
const connections = (): Promise<readonly string[]> =>
  Promise.all(
    HOSTS.map((host) =>
      lab.on(host, 'journalctl --sync && journalctl -q -o cat _COMM=sshd + _COMM=sshd-session | sort'),
    ),
  )

describe('a CA from which etcd would take no certificate', () => {
  test.each<[string, () => TestCa, RegExp]>([
    [
      "name constraints that lack the hosts' addresses",
      () => permitting('IP:203.0.113.0/255.255.255.0', 'IP:127.0.0.0/255.0.0.0'),
      /ca-cert \(secret\) may not sign for .*CN=limited permits only 203\.0\.113\.0\/24, 127\.0\.0\.0\/8 \(name constraints\)/,
    ],
    [
      'name constraints that lack localhost',
      () => permitting('DNS:example.com'),
      /ca-cert \(secret\) may not sign for localhost, .*CN=limited permits only example\.com/,
    ],
    ['explicit EC parameters', explicitCurve, /CN=explicit has an EC key that spells out its curve/],
    [
      'an extension that is there twice',
      () => asTestCa(craft({ extensions: [EXT.ca(), EXT.certSign, EXT.ca()] })),
      /CN=ca has the extension basicConstraints twice, which Go does not read/,
    ],
    [
      'a negative serial number',
      () => asTestCa(craft({ serial: Buffer.from('0201ff', 'hex') })),
      /has a negative serial number/,
    ],
  ])('is refused before any connection: %s', async (_, makeOne, sentence) => {
    const before = await connections()
    const ca = given(makeOne())
    const deployed = await refused(lab, { ...inputs, ...ca }, HOSTS)
    const planned = await run({ ...inputs, ...ca, operation: 'plan' })
    expect(deployed.failure).toMatch(sentence)
    expect(deployed.failure).toContain('nothing was connected to')
    expect([planned.exitCode, planned.outputs['failure']]).toEqual([1, deployed.failure])
    expect(await connections()).toEqual(before)
  })
})

describe('a running cluster whose CA has name constraints', () => {
  let ca: Record<string, string>

  beforeAll(async () => {
    const addresses = HOSTS.map((host) => `IP:${lab.hosts[host - 1]?.address}/255.255.255.255`)
    ca = given(permitting(...addresses, 'IP:127.0.0.0/255.0.0.0', 'DNS:localhost', 'DNS:.etcd.test'))
    passed(await run({ ...inputs, ...ca }))
  })

  test('keeps its certificates when one more name is asked for that the CA may not sign for', async () => {
    const more = { ...inputs, ...ca, 'certificate-sans': 'etcd.example.com' }
    const before = await tracesOf(lab, HOSTS)
    for (const operation of ['plan', 'deploy']) {
      const result = await run({ ...more, operation })
      const failure = result.outputs['failure']
      expect(result.exitCode).toBe(1)
      expect(failure).toContain('may not sign for etcd.example.com')
      expect(failure).toContain('take etcd.example.com out of certificate-sans')
    }
    expect(await tracesOf(lab, HOSTS)).toEqual(before)
    passed(await run({ ...inputs, ...ca, operation: 'health' }))
  })

  test('gets one more name that the CA may sign for', async () => {
    const more = { ...inputs, ...ca, 'certificate-sans': 'api.etcd.test' }
    for (const changed of ['true', 'false']) {
      const result = await run(more)
      passed(result)
      expect(result.outputs['changed']).toBe(changed)
    }
  })
})
