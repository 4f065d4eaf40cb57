import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { outsideClient } from './cluster-at-work.js'
import { documentUnit, unitText } from './document.js'
import { e2eLab, OLD, VERSION } from './lab.js'
import { sharedCertificate } from './openssl.js'
import { refused } from './refusal.js'
import { makeToolCache, passed, runningArgv, settled, shownLog } from './shape.js'
import { worldOf } from './world.js'
import { readBack, startWriter } from './writers.js'

const HOSTS = [1, 2, 3]
const PKI = '/etc/kubernetes/ssl'

const START = `mkdir -p /opt/kube/bin
tar -xzf /root/etcd.tar.gz -C /opt/kube/bin --strip-components=1 --no-same-owner --wildcards '*/etcd' '*/etcdctl'
install -d -m 0700 /var/lib/etcd
systemctl daemon-reload
systemctl enable -q etcd
systemctl start --no-block etcd`

/** Files and processes as the playbook of the document leaves them: its unit to the letter, one certificate, a key that all can read. */
const asThePlaybook = async (lab: Lab, version: string): Promise<void> => {
  const addresses = lab.hosts.slice(0, 3).map(({ address }) => address)
  const cluster = addresses.map((address) => `etcd-${address}=https://${address}:2380`).join(',')
  const { certificate, key } = await sharedCertificate(lab, [...addresses, '127.0.0.1'])
  await lab.command('reset', ...HOSTS.map(String))
  await Promise.all(
    HOSTS.map(async (host) => {
      const root = join(lab.dir, 'hosts', String(host), 'root')
      await mkdir(join(root, PKI), { recursive: true })
      await copyFile(lab.ca.certFile, join(root, PKI, 'ca.pem'))
      await writeFile(join(root, PKI, 'etcd.pem'), certificate)
      await writeFile(join(root, PKI, 'etcd-key.pem'), key)
      await writeFile(
        join(root, 'etc/systemd/system/etcd.service'),
        unitText(documentUnit(addresses[host - 1]!, cluster)),
      )
      await copyFile(lab.mirror.archives[version]!.file, join(root, 'root/etcd.tar.gz'))
      await lab.on(host, START)
    }),
  )
  const ready = 'timeout 60 sh -c "until systemctl is-active -q etcd; do sleep 0.2; done"'
  await Promise.all(HOSTS.map((host) => lab.on(host, ready)))
}

/** docs/from-ansible.md, step by step. */
describe('a cluster that a playbook has made is taken over as it is', () => {
  let lab: Lab
  let cache: Awaited<ReturnType<typeof makeToolCache>>
  let inputs: Record<string, string>
  let plan: RunResult
  let clusterId: string

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    await asThePlaybook(lab, OLD)
    inputs = {
      ...(await lab.inputs(HOSTS, OLD)),
      ...{ 'certificate-mode': 'shared', 'local-http-listener': 'true', 'service-user': 'root' },
      ...{ hardening: 'false', soak: '0s' },
    }
  })
  afterAll(() => cache?.remove())

  test('the plan names what is not as asked, and touches nothing', async () => {
    const before = await worldOf(lab, HOSTS)
    plan = await run({ ...inputs, 'ca-key': '', operation: 'plan' }, cache.options)
    expect(plan.exitCode, shownLog(plan)).toBe(0)
    const summary = /^change cluster ([0-9a-f]+): restart 3 of 3 members, one at a time, /m.exec(plan.log)
    clusterId = summary?.[1] ?? 'not told'
    for (const host of lab.hosts.slice(0, 3)) {
      const name = `etcd-${host.address}`
      expect(plan.log).toContain(`correct host on ${name}: ${PKI}/etcd-key.pem has mode 0644, asked for 0600`)
      expect(plan.log).toMatch(
        new RegExp(
          `roll member ${name} \\(unit\\): its unit differs: \\[Unit\\] AssertPathExists: \\(none\\) -> /var/lib/etcd/member/wal, TimeoutStartSec: \\(none\\) -> infinity, UnsetEnvironment: \\(none\\) -> [A-Za-z_ ]+, --client-cert-auth: \\(none\\) -> true, ` +
            '--peer-client-cert-auth: \\(none\\) -> true, --listen-metrics-urls: \\(none\\) -> http://127.0.0.1:2381',
        ),
      )
    }
    expect(await worldOf(lab, HOSTS)).toEqual(before)
  })

  test('one user is not changed for another on data that is there', async () => {
    const result = await refused(lab, { ...inputs, 'service-user': 'etcd' }, HOSTS)
    expect(result.failure).toContain('runs as root, asked for etcd, who could not read its data')
  })

  test('deploy does what the plan said, under writes that all stay, and after it nothing is left to do', async () => {
    const addresses = lab.hosts.slice(0, 3).map(({ address }) => address)
    const client = await outsideClient(lab)
    let deployed: RunResult
    const writer = startWriter({ prefix: 'taken over/', addresses, tls: client, everyMs: 25 })
    try {
      deployed = await run({ ...inputs, 'expect-plan': plan.outputs['plan-digest'] ?? '' }, cache.options)
    } finally {
      const { acknowledged, failed } = await writer.stop()
      expect(failed).toEqual([])
      expect(acknowledged.length).toBeGreaterThan(20)
      for (const address of addresses) {
        const has = await readBack(address, client, 'taken over/')
        expect(acknowledged.filter(({ key, value }) => has.get(key)?.value !== value)).toEqual([])
      }
    }
    passed(deployed)
    expect(deployed.outputs).toMatchObject({ changed: 'true', 'cluster-id': clusterId })
    await settled({ lab, hosts: HOSTS, inputs, options: cache.options }, await worldOf(lab, HOSTS))
  })

  test('a certificate for each member comes without a restart', async () => {
    const pids = await Promise.all(HOSTS.map((host) => lab.on(host, 'pidof etcd')))
    passed(await run({ ...inputs, 'certificate-mode': 'per-member' }, cache.options))
    const pems = await Promise.all(HOSTS.map((host) => lab.on(host, `cat ${PKI}/etcd.pem`)))
    expect(new Set(pems).size).toBe(3)
    expect(await Promise.all(HOSTS.map((host) => lab.on(host, 'pidof etcd')))).toEqual(pids)
  })

  test('the safe form and a newer release come by a roll', async () => {
    const safe = { ...(await lab.inputs(HOSTS, VERSION)), 'service-user': 'root', soak: '0s' }
    const result = await run(safe, cache.options)
    passed(result)
    expect(result.outputs).toMatchObject({ version: VERSION, 'cluster-id': clusterId })
    for (const host of HOSTS)
      expect((await runningArgv(lab, host)).join(' ')).not.toContain('http://127.0.0.1:2379')
    await settled({ lab, hosts: HOSTS, inputs: safe, options: cache.options }, await worldOf(lab, HOSTS))
  })
})
