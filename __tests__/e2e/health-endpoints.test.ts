import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { clientCertificate } from './openssl.js'
import { pathWithout } from './path-without.js'
import { failed } from './refusal.js'
import { sampleSecrets } from './secrets.js'
import { etcdctl, makeToolCache, passed } from './shape.js'

const HOSTS = [1, 2, 3]

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>
let client: Record<string, string>
/** PATH of this process without an etcdctl in it. */
let path: string
let inputs: Record<string, string>
/** A folder with etcd and etcdctl. */
let tools: string
let big: RunResult
let small: RunResult

const urlOf = (host: number): string => `https://${lab.hosts[host - 1]?.address}:2379`

/** Health of the endpoints of these hosts, from the runner. */
const health = (hosts: readonly number[], more: Readonly<Record<string, string>> = {}, onPath = path) =>
  run(
    { ...inputs, endpoints: hosts.map(urlOf).join('\n'), ...more },
    { env: { ...cache.options.env, PATH: onPath } },
  )

/** A cluster of three, and one of one member that has no JSON gateway and little space. */
beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
  await lab.command('reset', '1', '2', '3', '4')
  const [three, one] = await Promise.all([lab.inputs(HOSTS, VERSION), lab.inputs([4], VERSION)])
  const args = '--enable-grpc-gateway=false\n--quota-backend-bytes=1000000'
  big = await run(three, cache.options)
  small = await run({ ...one, 'cluster-token': 'small', 'etcd-args': args }, cache.options)
  passed(big)
  passed(small)
  client = await clientCertificate(lab)
  inputs = {
    ...{ operation: 'health', 'health-timeout': '1s', version: VERSION, ...client },
    ...{ 'ca-cert': three['ca-cert'] ?? '', 'download-base-url': lab.mirror.url },
    'archive-sha256': three['archive-sha256'] ?? '',
  }
  const without = await pathWithout('etcdctl')
  path = without.path
  tools = await mkdtemp(join(tmpdir(), 'etcd-deploy-path-'))
  const archive = lab.mirror.archives[VERSION]?.file ?? ''
  await promisify(execFile)('tar', ['-xzf', archive, '-C', tools, '--strip-components=1'])
  return async () => {
    await cache.remove()
    await without.remove()
    await rm(tools, { recursive: true, force: true })
  }
})

test('straight from the runner, with etcdctl out of the release and real commits', async () => {
  const sampler = sampleSecrets(lab, [])
  const result = await health(HOSTS, { 'commit-probe': '20' })
  await sampler.stop()
  passed(result)
  expect(result.log).toContain(`no etcdctl on PATH: taking the one of etcd ${VERSION}`)
  for (const host of HOSTS) expect(result.log).toContain(`${urlOf(host)} is healthy: successfully committed`)
  expect(result.log).not.toContain('SSH')
  expect(result.outputs['cluster-id']).toBe(big.outputs['cluster-id'])
  expect(Object.keys(result.outputs)).toEqual(Object.keys(big.outputs))

  expect(result.log).not.toContain('measured with etcdctl')
  const commits = JSON.parse(result.outputs['commit-latencies'] ?? '') as Record<string, { p50: number }>
  expect(Object.keys(commits)).toEqual(HOSTS.map(urlOf))
  for (const { p50 } of Object.values(commits)) expect(p50).toBeGreaterThan(0)
  expect(result.summary).toContain('Commits, ms')
  const at = etcdctl({ url: urlOf(1) })
  expect(await lab.on(1, `${at} get --prefix '' --keys-only`)).toBe('')
  expect(Number(await lab.on(1, `${at} get x -w fields | sed -n 's/"Revision" : //p'`))).toBeGreaterThan(60)

  const keyLines = (client['client-key'] ?? '').split('\n').filter((line) => line.length > 30)
  expect(keyLines.length).toBeGreaterThan(1)
  expect(sampler.seen.size).toBeGreaterThan(0)
  expect([...sampler.seen].filter((text) => keyLines.some((line) => text.includes(line)))).toEqual([])
})

test('with the etcdctl that is on PATH', async () => {
  // Nothing answers there: a run that downloads fails.
  const nowhere = { 'download-base-url': `http://${lab.bridge}:9/nothing` }
  const result = await health(HOSTS, nowhere, `${tools}${delimiter}${path}`)
  passed(result)
  expect(result.log).toContain(`using ${join(tools, 'etcdctl')}`)
})

test('an etcdctl that somebody has put beside the archive of an earlier job is not run', async () => {
  const folder = cache.options.env?.['RUNNER_TOOL_CACHE'] ?? ''
  const names = (await readdir(folder, { recursive: true })).filter((name) => basename(name) === 'etcdctl')
  expect(names).toHaveLength(1)
  const [planted, ran] = [join(folder, names[0]!), join(folder, 'it-ran')]
  await rm(planted)
  await writeFile(planted, `#!/bin/sh\ntouch ${ran}\nexec ${join(tools, 'etcdctl')} "$@"\n`, { mode: 0o755 })
  passed(await health(HOSTS))
  await expect(stat(ran)).rejects.toThrow('ENOENT')
})

test.each([
  ['timeout', 'coreutils'],
  ['gzip', 'gzip'],
])('a runner without %s is told so, and no endpoint is called unhealthy', async (tool, name) => {
  const without = await pathWithout('etcdctl', tool)
  // Nothing was unpacked there yet.
  const fresh = await makeToolCache()
  try {
    const env = { ...fresh.options.env, PATH: without.path }
    const result = failed(await run({ ...inputs, endpoints: urlOf(1) }, { env }))
    expect(result.failure).toContain(`the runner lacks ${tool}`)
    expect(result.failure).toContain(`install ${name} on the runner`)
    expect(result.log).not.toContain('unhealthy')
  } finally {
    await Promise.all([without.remove(), fresh.remove()])
  }
})

test('an etcdctl on PATH that cannot run here is passed over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-path-'))
  try {
    await writeFile(join(folder, 'etcdctl'), '\x7fELF of another machine', { mode: 0o755 })
    const result = await health([1], {}, `${folder}${delimiter}${path}`)
    passed(result)
    expect(result.log).toMatch(/etcdctl cannot be used \("etcdctl version" ended with exit status [1-9]/)
    expect(result.log).toContain(`taking the one of etcd ${VERSION}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('an endpoint without TLS, with no certificate at all', async () => {
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`]
  const etcd = spawn(
    join(tools, 'etcd'),
    [
      ...[`--data-dir=${join(tools, 'data')}`, `--initial-cluster=default=${peer}`],
      ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
      ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
    ],
    { stdio: 'ignore' },
  )
  try {
    const plain = { ...inputs, ...{ 'ca-cert': '', 'client-cert': '', 'client-key': '' }, endpoints: client }
    const result = await run({ ...plain, 'commit-probe': '3', 'health-timeout': '30s' }, cache.options)
    passed(result)
    expect(result.log).toContain(`${client} is healthy: `)
    expect(result.log).not.toContain('measured with etcdctl')
  } finally {
    const ended = once(etcd, 'close')
    etcd.kill('SIGKILL')
    await ended
  }
})

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

test('endpoints of two clusters are told apart', async () => {
  const result = failed(await health([...HOSTS, 4]))
  expect(result.failure).toContain('the endpoints do not belong to one cluster')
  expect(result.failure).not.toContain('leader')
  for (const { outputs } of [big, small]) expect(result.failure).toContain(outputs['cluster-id'])
  expect(result.outputs['cluster-id']).toBe('')
  expect(result.log).toContain(`${urlOf(4)} is healthy: `)
})

test('a client certificate of another CA is refused by etcd, and the sentence says so', async () => {
  const { certFile, keyFile } = { certFile: lab.ca.ecdsaCertFile, keyFile: lab.ca.ecdsaKeyFile }
  const result = failed(
    await health(HOSTS, await clientCertificate({ ca: { ...lab.ca, certFile, keyFile } })),
  )
  for (const host of HOSTS) expect(result.failure).toContain(`${urlOf(host)} is unhealthy`)
  expect(result.failure).toMatch(/unknown certificate authority|connection reset by peer/)
  expect(result.failure).toContain('check that ca-cert, client-cert and client-key belong to this cluster')
})

test('without a JSON gateway, commits are measured with etcdctl, and the log says why', async () => {
  const overSsh = { ...(await lab.inputs([4], VERSION)), operation: 'health', 'commit-probe': '3' }
  for (const result of [await health([4], { 'commit-probe': '3' }), await run(overSsh, cache.options)]) {
    passed(result)
    expect(result.log).toMatch(/measured with etcdctl, .*its JSON gateway is switched off/)
    expect(Object.keys(JSON.parse(result.outputs['commit-latencies'] ?? '') as object)).toEqual([urlOf(4)])
  }
})

test('authentication switched on: health needs a user for the certificate, with the role root', async () => {
  const at = etcdctl({ url: urlOf(4) })
  await lab.on(4, `${at} user add root:pw && ${at} user grant-role root root && ${at} auth enable`)
  try {
    const refused = failed(await health([4]))
    expect(refused.failure).toContain('etcdserver: user name not found')
    expect(refused.failure).toContain('authentication is switched on in this cluster')
    await lab.on(4, `${at} --user=root:pw user add monitor --no-password`)
    expect(failed(await health([4])).failure).toContain('needs the role root')
    await lab.on(4, `${at} --user=root:pw user grant-role monitor root`)
    passed(await health([4], { 'commit-probe': '3' }))
  } finally {
    await lab.on(4, `${at} --user=root:pw auth disable`)
  }
})

test('an alarm fails the job, which says what it means and what to do', async () => {
  const at = etcdctl({ url: urlOf(4) })
  await lab.on(
    4,
    `head -c 300000 /dev/zero | tr '\\0' x >/tmp/value; timeout 60 sh -c 'until ${at} alarm list | grep NOSPACE; do ${at} put fill </tmp/value || true; done' 2>&1`,
  )
  const result = failed(await health([4], { 'health-timeout': '10s' }))
  expect(result.failure).toContain('has raised the alarm NOSPACE')
  expect(result.failure).toContain('then alarm disarm')
  expect(result.summary).toContain('alarm NOSPACE')
})
