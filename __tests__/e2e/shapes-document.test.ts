import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { documentPart, documentUnit } from './document.js'
import { e2eLab, VERSION } from './lab.js'
import { certificateText } from './openssl.js'
import { failed, refused } from './refusal.js'
import { deployTwice, etcdctl, makeToolCache, passed } from './shape.js'
import { worldOf } from './world.js'

const HOSTS = [1, 2, 3]

/** `shared`, the plain listener, root and no sandbox: what the document describes, to the letter. */
describe("three members in the document's own form", () => {
  let lab: Lab
  let cache: Awaited<ReturnType<typeof makeToolCache>>
  let inputs: Record<string, string>
  let first: RunResult

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    inputs = {
      ...(await lab.inputs(HOSTS, VERSION)),
      'certificate-mode': 'shared',
      'local-http-listener': 'true',
      'service-user': 'root',
      hardening: 'false',
      'cluster-token': 'etcd-cluster-0',
    }
    first = await deployTwice({ lab, hosts: HOSTS, inputs, options: cache.options })
  })
  afterAll(() => cache.remove())

  test("each unit is the document's, line by line, with what makes it safe and nothing else", async () => {
    const addresses = lab.hosts.slice(0, 3).map(({ address }) => address)
    const cluster = addresses.map((address) => `etcd-${address}=https://${address}:2380`).join(',')
    for (const [index, address] of addresses.entries()) {
      const unit = await lab.on(index + 1, 'cat /etc/systemd/system/etcd.service')
      expect(documentPart(unit)).toEqual(documentUnit(address, cluster))
    }
  })

  test('all hosts have one and the same certificate, with the address of every member', async () => {
    const pems = await Promise.all(HOSTS.map((host) => lab.on(host, 'cat /etc/kubernetes/ssl/etcd.pem')))
    const keys = await Promise.all(
      HOSTS.map((host) => lab.on(host, 'sha256sum </etc/kubernetes/ssl/etcd-key.pem')),
    )
    expect(new Set(pems).size).toBe(1)
    expect(new Set(keys).size).toBe(1)
    const text = await certificateText(pems[0] ?? '', lab.ca.certFile)
    for (const { address } of lab.hosts.slice(0, 3)) expect(text).toContain(`IP Address:${address}`)
    expect(text).toContain('IP Address:127.0.0.1')
    expect(text).not.toContain(`IP Address:${lab.hosts[3]?.address}`)
  })

  test('etcdctl works on loopback without TLS, and etcd runs as root', async () => {
    const plain = 'ETCDCTL_API=3 /opt/kube/bin/etcdctl --endpoints=http://127.0.0.1:2379'
    expect(await lab.on(2, `${plain} put document form && ${plain} get document --print-value-only`)).toBe(
      'OK\nform\n',
    )
    expect((await lab.on(2, 'ps -o user= -C etcd')).trim()).toBe('root')
    expect(await lab.on(2, 'getent passwd etcd || echo none')).toBe('none\n')
  })

  test('the open listener is warned of, in the log and on the summary page', () => {
    expect(first.warnings.join('\n')).toContain('local-http-listener is true')
    expect(first.summary).toContain('local-http-listener is true')
  })

  test('the summary page has a row for each member, with its id, health and version', async () => {
    const list = await lab.on(
      1,
      `${etcdctl({ url: `https://${lab.hosts[0]?.address}:2379` })} member list | cut -d, -f1,3`,
    )
    for (const row of list.trim().split('\n')) {
      const [id, name] = row.split(', ')
      const cells = first.summary.split('\n').find((line) => line.includes(`${name} ${id} `))
      expect(cells).toMatch(
        /^\| [^|]+ \| https[^|]+ \| ✅ healthy \|.* 3\.5\.30 \| (leader|follower) \| [0-9.]+ ms \| [0-9.]+ MiB \|$/,
      )
    }
  })

  test('cluster-state new refuses the cluster that is there, and another cluster id too', async () => {
    const isNew = await refused(lab, { ...inputs, 'cluster-state': 'new' }, HOSTS)
    expect(isNew.failure).toContain('cluster-state is new, but there is a cluster already')
    const clusterId = first.outputs['cluster-id'] ?? ''
    const other = await refused(lab, { ...inputs, 'expect-cluster-id': 'abc123' }, HOSTS)
    expect(other.failure).toContain('abc123')
    expect(other.failure).toContain(clusterId)
  })

  test('cluster-state existing and the right cluster id are fine', async () => {
    const before = await worldOf(lab, HOSTS)
    const result = await run(
      { ...inputs, 'cluster-state': 'existing', 'expect-cluster-id': first.outputs['cluster-id'] ?? '' },
      cache.options,
    )
    passed(result)
    expect(result.outputs['changed']).toBe('false')
    expect(await worldOf(lab, HOSTS)).toEqual(before)
  })

  test('health knows the expected cluster too', async () => {
    const health = { ...inputs, operation: 'health', 'health-timeout': '1s' }
    passed(await run({ ...health, 'expect-cluster-id': first.outputs['cluster-id'] ?? '' }, cache.options))
    const wrong = failed(await run({ ...health, 'expect-cluster-id': 'abc123' }, cache.options))
    expect(wrong.failure).toContain(
      `this is cluster ${first.outputs['cluster-id']}, expected was cluster abc123`,
    )
  })
})

test('blank hosts stay blank where cluster-state is existing or a cluster id is expected', async () => {
  const lab = await e2eLab()
  await lab.command('reset', '4')
  const inputs = await lab.inputs([4], VERSION)
  const existing = await refused(lab, { ...inputs, 'cluster-state': 'existing' }, [4])
  expect(existing.failure).toContain('cluster-state is existing, but there is no cluster')
  const expected = await refused(lab, { ...inputs, 'expect-cluster-id': 'abc123' }, [4])
  expect(expected.failure).toContain('expect-cluster-id names cluster abc123, but there is no cluster')
  expect(await lab.on(4, 'ls -d /opt/kube /etc/kubernetes /var/lib/etcd* 2>/dev/null; true')).toBe('')
})
