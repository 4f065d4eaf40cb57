import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { sampleSecrets, secretsSeen, type SecretSampler } from './secrets.js'
import { worldOf } from './world.js'

/** One fresh deploy of three members, looked at from all sides; then the same again. */
describe('three bare hosts', () => {
  let lab: Lab
  let inputs: Record<string, string>
  let sampler: SecretSampler
  let first: RunResult

  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    inputs = {
      ...(await lab.inputs([1, 2, 3], VERSION)),
      ...{ 'commit-probe': '20', 'cluster-token': 'etcd-cluster-0' },
    }
    sampler = sampleSecrets(lab, [1, 2, 3])
    first = await run(inputs)
    await sampler.stop()
  })

  test('become a healthy TLS cluster', () => {
    expect(first.log).not.toContain('::error::')
    expect(first.exitCode).toBe(0)
    expect(first.outputs['healthy']).toBe('true')
    expect(first.outputs['changed']).toBe('true')
    expect(first.outputs['failure']).toBe('')
    expect(first.outputs['version']).toBe(VERSION)
  })

  test('the log has the lines of the document, in the order of hosts', () => {
    const lines = first.log.split('\n').filter((line) => line.includes(' is healthy: '))
    expect(lines).toHaveLength(3)
    lines.forEach((line, index) => {
      expect(line).toMatch(
        new RegExp(
          `^https://${lab.hosts[index]?.address}:2379 is healthy: successfully committed proposal: took = [0-9.]+(µs|ms|s)$`,
        ),
      )
    })
  })

  test('outputs tell ids as etcd prints them, latencies, members and the leader', async () => {
    const list = await lab.on(1, `${ETCDCTL(lab)} member list`)
    const ids = list
      .trim()
      .split('\n')
      .map((row) => row.split(', ')[0])
    const members = JSON.parse(first.outputs['members'] ?? '') as { id: string; name: string }[]
    expect(new Set(members.map(({ id }) => id))).toEqual(new Set(ids))
    expect(ids).toContain(first.outputs['leader'])
    expect(first.outputs['cluster-id']).toMatch(/^[1-9a-f][0-9a-f]{0,15}$/)
    const latencies = JSON.parse(first.outputs['latencies'] ?? '') as Record<string, number>
    const urls = lab.hosts.slice(0, 3).map(({ address }) => `https://${address}:2379`)
    expect(Object.keys(latencies)).toEqual(urls)
    expect(Number(first.outputs['max-latency-ms'])).toBe(Math.max(...Object.values(latencies)))
    const endpoints = JSON.parse(first.outputs['endpoints'] ?? '') as { isLeader: boolean; name: string }[]
    expect(endpoints.filter(({ isLeader }) => isLeader)).toHaveLength(1)
    expect(endpoints.map(({ name }) => name)).toEqual(lab.hosts.slice(0, 3).map((h) => `etcd-${h.address}`))
    expect(Number(first.outputs['certificate-days-left'])).toBeGreaterThan(3000)
  })

  test('commit-probe reports real commits and leaves no key behind', async () => {
    const latencies = JSON.parse(first.outputs['commit-latencies'] ?? '') as Record<
      string,
      { p50: number; p99: number; max: number }
    >
    expect(Object.keys(latencies)).toHaveLength(3)
    for (const { p50, p99, max } of Object.values(latencies)) {
      expect(p50).toBeGreaterThan(0)
      expect(p99).toBeGreaterThanOrEqual(p50)
      expect(max).toBeGreaterThanOrEqual(p99)
    }
    expect(await lab.on(1, `${ETCDCTL(lab)} get --prefix '' --keys-only`)).toBe('')
    expect(
      Number(await lab.on(1, `${ETCDCTL(lab)} get x -w fields | sed -n 's/"Revision" : //p'`)),
    ).toBeGreaterThan(60)
  })

  test('every flag and [Service] line of the document is in the unit with its value', async () => {
    const unit = await lab.on(2, 'cat /etc/systemd/system/etcd.service')
    const address = lab.hosts[1]?.address
    const peers = lab.hosts.slice(0, 3).map((h) => `etcd-${h.address}=https://${h.address}:2380`)
    for (const line of documentLines(address ?? '', peers.join(','))) {
      expect(unit.split('\n').map((text) => text.replace(/ \\$/, '').trim())).toContain(line)
    }
    expect(unit).toContain('--client-cert-auth=true')
    expect(unit).toContain('--peer-client-cert-auth=true')
    expect(unit).toContain('--listen-metrics-urls=http://127.0.0.1:2381')
    expect(unit).not.toContain('http://127.0.0.1:2379')
  })

  test('etcd runs as its own user in a sandbox that systemd rates as safe', async () => {
    expect((await lab.on(1, 'ps -o user= -C etcd')).trim()).toBe('etcd')
    const score = await lab.on(1, 'systemd-analyze security etcd.service --no-pager | tail -n 1')
    expect(Number(/: ([0-9.]+)/.exec(score)?.[1])).toBeLessThan(2.5)
  })

  test('files have their modes and owners', async () => {
    const stat = await lab.on(
      3,
      'stat -c "%a %U %n" /etc/kubernetes/ssl/etcd-key.pem /etc/kubernetes/ssl/etcd.pem /etc/kubernetes/ssl/ca.pem /var/lib/etcd',
    )
    expect(stat.trim().split('\n')).toEqual([
      '600 etcd /etc/kubernetes/ssl/etcd-key.pem',
      '644 root /etc/kubernetes/ssl/etcd.pem',
      '644 root /etc/kubernetes/ssl/ca.pem',
      '700 etcd /var/lib/etcd',
    ])
    expect((await lab.on(3, 'find / -xdev -name "ca-key*" -not -path "/proc/*"')).trim()).toBe('')
  })

  test('the certificate is good for openssl and covers its member alone', async () => {
    const certificate = await lab.on(1, 'cat /etc/kubernetes/ssl/etcd.pem')
    const { verified, text } = await openssl(certificate, await readFile(lab.ca.certFile, 'utf8'))
    expect(verified).toContain('OK')
    expect(text).toContain(`IP Address:${lab.hosts[0]?.address}`)
    expect(text).not.toContain(`IP Address:${lab.hosts[1]?.address}`)
    expect(text).toContain('TLS Web Server Authentication, TLS Web Client Authentication')
    expect(text).toMatch(/C ?= ?CN, ST ?= ?HangZhou, L ?= ?XS, O ?= ?k8s, OU ?= ?System, CN ?= ?etcd/)
  })

  test('no secret was in the log, in a process list, in a journal or in a temporary file', async () => {
    expect(await secretsSeen(lab, sampler, first.log, [1, 2, 3])).toEqual([])
  })

  test('the summary page shows the verdict and every member', () => {
    for (const { address } of lab.hosts.slice(0, 3)) expect(first.summary).toContain(address)
    expect(first.summary).toMatch(/healthy/i)
  })

  test('a second run changes nothing: same files, same processes', async () => {
    const before = await worldOf(lab, [1, 2, 3])
    const second = await run({ ...inputs, 'commit-probe': '0' })
    expect(second.exitCode).toBe(0)
    expect(second.outputs['changed']).toBe('false')
    expect(second.outputs['healthy']).toBe('true')
    expect(second.log).toMatch(/nothing to change/i)
    // Its own data is nobody else's.
    expect(second.log).not.toContain('also here')
    expect(await worldOf(lab, [1, 2, 3])).toEqual(before)
  })

  test('what cannot be done by restarting members stops the run, and is named; nothing is changed', async () => {
    const before = await worldOf(lab, [1, 2, 3])
    const hosts = [1, 2, 3, 4, 5].map((number) => lab.hosts[number - 1]?.address).join('\n')
    const result = await run({ ...inputs, hosts })
    expect(result.exitCode).toBe(1)
    expect(result.outputs['changed']).toBe('false')
    for (const { address } of lab.hosts.slice(3, 5)) expect(result.outputs['failure']).toContain(address)
    expect(await worldOf(lab, [1, 2, 3])).toEqual(before)
  })

  test('members come back by themselves after their host was rebooted', async () => {
    await lab.command('reboot', '2')
    const health = await run({ ...inputs, operation: 'health', 'commit-probe': '0' })
    expect(health.exitCode).toBe(0)
    expect(health.outputs['healthy']).toBe('true')
    expect((await lab.on(2, 'systemctl is-enabled etcd')).trim()).toBe('enabled')
  })
})

const ETCDCTL = (lab: Lab): string =>
  `/opt/kube/bin/etcdctl --endpoints=https://${lab.hosts[0]?.address}:2379 --cacert=/etc/kubernetes/ssl/ca.pem ` +
  '--cert=/etc/kubernetes/ssl/etcd.pem --key=/etc/kubernetes/ssl/etcd-key.pem'

/** What the document's unit says for one member. */
const documentLines = (address: string, cluster: string): readonly string[] => [
  'Type=notify',
  'WorkingDirectory=/var/lib/etcd',
  'ExecStart=/opt/kube/bin/etcd',
  `--name=etcd-${address}`,
  '--cert-file=/etc/kubernetes/ssl/etcd.pem',
  '--key-file=/etc/kubernetes/ssl/etcd-key.pem',
  '--peer-cert-file=/etc/kubernetes/ssl/etcd.pem',
  '--peer-key-file=/etc/kubernetes/ssl/etcd-key.pem',
  '--trusted-ca-file=/etc/kubernetes/ssl/ca.pem',
  '--peer-trusted-ca-file=/etc/kubernetes/ssl/ca.pem',
  `--initial-advertise-peer-urls=https://${address}:2380`,
  `--listen-peer-urls=https://${address}:2380`,
  `--listen-client-urls=https://${address}:2379`,
  `--advertise-client-urls=https://${address}:2379`,
  '--initial-cluster-token=etcd-cluster-0',
  `--initial-cluster=${cluster}`,
  '--initial-cluster-state=new',
  '--data-dir=/var/lib/etcd',
  '--wal-dir=',
  '--snapshot-count=50000',
  '--auto-compaction-retention=1',
  '--auto-compaction-mode=periodic',
  '--max-request-bytes=10485760',
  '--quota-backend-bytes=8589934592',
  'Restart=always',
  'RestartSec=15',
  'LimitNOFILE=65536',
  'OOMScoreAdjust=-999',
  'WantedBy=multi-user.target',
]

const openssl = async (certificate: string, ca: string): Promise<{ verified: string; text: string }> => {
  const { execFile } = await import('node:child_process')
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises')
  const { promisify } = await import('node:util')
  const dir = await mkdtemp('/tmp/etcd-deploy-openssl-')
  try {
    await writeFile(`${dir}/etcd.pem`, certificate)
    await writeFile(`${dir}/ca.pem`, ca)
    const call = promisify(execFile)
    const verified = await call('openssl', ['verify', '-CAfile', `${dir}/ca.pem`, `${dir}/etcd.pem`])
    const text = await call('openssl', ['x509', '-in', `${dir}/etcd.pem`, '-noout', '-text'])
    return { verified: verified.stdout, text: text.stdout }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
