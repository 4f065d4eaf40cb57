import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { clientCertificate } from './openssl.js'
import { failed } from './refusal.js'
import { etcdctl, makeToolCache, passed, shownLog } from './shape.js'

const HOSTS = [1, 2, 3]

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>
/** Nothing of the CA: over SSH, health needs none of it. */
let overSsh: Record<string, string>
let fromRunner: Record<string, string>
let deployed: RunResult

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
  await lab.command('reset', ...HOSTS.map(String))
  const inputs = await lab.inputs(HOSTS, VERSION)
  deployed = await run(inputs, cache.options)
  passed(deployed)
  const timeout = { 'health-timeout': '1s' }
  overSsh = { ...inputs, ...timeout, operation: 'health', 'ca-cert': '', 'ca-key': '' }
  fromRunner = {
    ...{ ...timeout, operation: 'health', endpoints: HOSTS.map(urlOf).join('\n'), version: VERSION },
    ...{ 'ca-cert': inputs['ca-cert'] ?? '', ...(await clientCertificate(lab)) },
    ...{ 'download-base-url': lab.mirror.url, 'archive-sha256': inputs['archive-sha256'] ?? '' },
  }
  return () => cache.remove()
})

/** What a test broke is whole again before the next one. */
let repair: (() => Promise<unknown>) | undefined
afterEach(async () => {
  await repair?.()
  repair = undefined
})

const addressOf = (host: number): string => lab.hosts[host - 1]?.address ?? ''
const urlOf = (host: number): string => `https://${addressOf(host)}:2379`
const nameOf = (host: number): string => `etcd-${addressOf(host)}`
const health = (inputs: Readonly<Record<string, string>>): Promise<RunResult> => run(inputs, cache.options)

/** One line for each host, in the order of hosts: healthy but for the one that is down. */
const expectLines = (result: RunResult, down: number): void => {
  const lines = shownLog(result)
    .split('\n')
    .filter((line) => /^https:\/\/\S+ is (un)?healthy: /.test(line))
  expect(lines).toHaveLength(3)
  HOSTS.forEach((host, index) => {
    expect(lines[index]).toContain(
      host === down
        ? `${urlOf(host)} is unhealthy: failed to commit proposal: `
        : `${urlOf(host)} is healthy: successfully committed proposal: took = `,
    )
  })
}

interface Row {
  readonly endpoint: string
  readonly name: string
  readonly memberId: string
  readonly healthy: boolean
  readonly error: string
}
const rowsOf = (result: RunResult): readonly Row[] => JSON.parse(result.outputs['endpoints'] ?? '') as Row[]

test('over SSH, with nothing of the CA: all healthy, nothing changed', async () => {
  const result = await health(overSsh)
  passed(result)
  expect(result.outputs['changed']).toBe('false')
  expect(result.outputs['cluster-id']).toBe(deployed.outputs['cluster-id'])
  expect(Object.keys(result.outputs)).toEqual(Object.keys(deployed.outputs))
  expect(result.outputs['plan']).toBe('null')
  expectLines(result, 0)
  for (const { memberId } of rowsOf(result)) expect(memberId).toMatch(/^[1-9a-f][0-9a-f]{0,15}$/)
  expect(rowsOf(result).map(({ memberId }) => memberId)).toContain(result.outputs['leader'])
  expect(Number(result.outputs['certificate-days-left'])).toBeGreaterThan(3000)
})

test('a stopped member fails the job, which names it and shows its journal', async () => {
  await lab.on(2, 'systemctl stop etcd')
  repair = () => lab.on(2, 'systemctl start etcd')
  const result = failed(await health(overSsh))
  expectLines(result, 2)
  expect(result.failure).toContain(`${nameOf(2)} (${urlOf(2)}) is unhealthy`)
  expect(result.failure).toMatch(
    new RegExp(`etcd.service on ${nameOf(2)} is stopped since \\w+ \\d{4}-\\d\\d-\\d\\d [\\d:]+ `),
  )
  expect(result.failure).toContain('operation deploy starts it')
  expect(result.failure).toContain('2 of 3 endpoints are healthy')
  expect(result.failure).not.toContain(nameOf(1))
  expect(result.log).toContain(`systemctl status etcd on ${nameOf(2)}:`)
  expect(result.log).toMatch(/\| .*Stopped etcd\.service/)
  expect(Object.keys(result.outputs)).toEqual(Object.keys(deployed.outputs))
  expect(rowsOf(result).map(({ healthy }) => healthy)).toEqual([true, false, true])
  expect(result.outputs['cluster-id']).toBe(deployed.outputs['cluster-id'])
  expect(result.summary).toContain('❌ etcd health: 2 of 3 endpoints healthy')
  expect(result.summary).toMatch(
    /<summary>What etcd-\S+ says<\/summary>[^]*Active: inactive[^]*Stopped etcd\.service/,
  )
  expect(result.summary).toMatch(new RegExp(`\\| ${nameOf(2)} \\| https&#58;//[^|]+ \\| ❌ unhealthy: `))

  const there = failed(await health(fromRunner))
  expectLines(there, 2)
  expect(there.failure).toContain(`${urlOf(2)} is unhealthy`)
  // Who asks from outside hears of a closed port, or nothing in the time there is.
  expect(there.failure).toMatch(/connection refused|context deadline exceeded/)
  expect(Object.keys(there.outputs)).toEqual(Object.keys(deployed.outputs))
  expect(rowsOf(there).map(({ name }) => name)).toEqual([nameOf(1), '', nameOf(3)])
})

test('a host that is cut off fails the job; the others have their lines', async () => {
  await lab.command('cut', '3')
  // The machine then asks again who has that address, and hears in seconds that nobody has.
  await promisify(execFile)('ip', ['neighbour', 'flush', 'to', addressOf(3)])
  repair = async () => {
    await lab.command('mend', '3')
    passed(await health({ ...overSsh, 'health-timeout': '30s' }))
  }
  const result = failed(await health(overSsh))
  expectLines(result, 3)
  expect(result.failure).toContain(`${nameOf(3)} (${urlOf(3)}) is unhealthy`)
  expect(result.warnings.join('\n')).toContain(
    `${nameOf(3)} (root@${addressOf(3)}:22): cannot connect over SSH`,
  )
})

test('a host whose sshd alone is down is healthy, with a warning', async () => {
  await lab.on(1, 'systemctl stop ssh')
  repair = () => lab.on(1, 'systemctl start ssh')
  const result = await health(overSsh)
  passed(result)
  expectLines(result, 0)
  expect(result.warnings.join('\n')).toMatch(
    new RegExp(`${nameOf(1)} .*connection refused.* Its endpoint is checked from the other hosts`),
  )
})

test('an endpoint slower than max-latency fails the job', async () => {
  // A TLS handshake alone takes longer than that.
  const result = failed(await health({ ...overSsh, 'max-latency': '1ms' }))
  expect(result.failure).toMatch(/etcd-\S+ \(https:\S+\) took [0-9.]+ms, longer than the limit of 1ms/)
  expect(result.failure).toContain('3 of 3 endpoints are healthy')
  expectLines(result, 0)
  passed(await health({ ...overSsh, 'max-latency': '1m' }))
})

test('a learner that never started fails the job, which names it', async () => {
  const at = etcdctl({ url: urlOf(1) })
  const peer = `https://${addressOf(5)}:2380`
  const added = await lab.on(1, `${at} member add late --learner --peer-urls=${peer}`)
  const id = /Member +([0-9a-f]+) added/.exec(added)?.[1] ?? ''
  repair = () => lab.on(1, `${at} member remove ${id}`)
  for (const inputs of [overSsh, fromRunner]) {
    const result = failed(await health(inputs))
    expect(result.failure).toContain(id)
    expect(result.failure).toContain(peer)
    expect(result.failure).toMatch(/learner|never started/)
    expectLines(result, 0)
  }
})
