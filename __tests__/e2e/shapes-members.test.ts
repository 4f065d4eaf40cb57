import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, newestIn, OLD, VERSION } from './lab.js'
import { failed } from './refusal.js'
import { deployTwice, etcdctl, makeToolCache, passed, runningArgv } from './shape.js'

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
})
afterAll(() => cache.remove())

test('five members on the newest release', async () => {
  const hosts = [1, 2, 3, 4, 5]
  const version = newestIn(lab)
  const inputs = await lab.inputs(hosts, version)
  const result = await deployTwice({ lab, hosts, inputs, options: cache.options })
  const latencies = JSON.parse(result.outputs['latencies'] ?? '') as Record<string, number>
  expect(Object.keys(latencies)).toEqual(lab.hosts.map(({ address }) => `https://${address}:2379`))
  expect(result.outputs['version']).toBe(version)
  const url = `https://${lab.hosts[4]?.address}:2379`
  const list = (await lab.on(5, `${etcdctl({ url })} member list`)).trim().split('\n')
  expect(list).toHaveLength(5)
  for (const row of list) expect(row).toContain(', started, ')
})

test('members that are given by IPv6 address, logged in to over IPv6', async () => {
  const hosts = [1, 2, 3]
  const addresses = lab.hosts.slice(0, 3).map(({ address6 }) => address6)
  const inputs = { ...(await lab.inputs(hosts, VERSION)), hosts: addresses.join('\n'), 'commit-probe': '3' }
  const result = await deployTwice({ lab, hosts, inputs, options: cache.options })
  const urls = addresses.map((address) => `https://[${address}]:2379`)
  expect(Object.keys(JSON.parse(result.outputs['latencies'] ?? '') as object)).toEqual(urls)
  expect(Object.keys(JSON.parse(result.outputs['commit-latencies'] ?? '') as object)).toEqual(urls)
  expect(result.log).not.toContain('measured with etcdctl')
  for (const [index, url] of urls.entries()) {
    expect(result.log).toContain(`${url} is healthy: successfully committed proposal: took = `)
    expect(await runningArgv(lab, index + 1)).toContain(`--listen-client-urls=${url}`)
  }
  const logins = await lab.on(1, 'journalctl -u ssh -o cat --no-pager | grep "Accepted publickey"')
  expect(logins).toContain(`from ${lab.bridge6} `)
  expect(logins).not.toContain(`from ${lab.bridge} `)
})

/** 3.4 has no etcdutl, no JSON errors of today's form, and an `endpoint health` that does not look at alarms. */
test('3.4: deploy and health, alarms included', async () => {
  const hosts = [1, 2, 3]
  const inputs = {
    ...(await lab.inputs(hosts, OLD)),
    'etcd-args': '--quota-backend-bytes=1000000',
    'commit-probe': '3',
  }
  const result = await deployTwice({ lab, hosts, inputs, options: cache.options })
  expect(result.outputs['version']).toBe(OLD)
  expect(result.log).not.toContain('measured with etcdctl')

  const health = { ...inputs, operation: 'health', 'health-timeout': '1s' }
  passed(await run({ ...health, 'health-timeout': '10s' }, cache.options))
  await fillUp(1)
  const full = failed(await run(health, cache.options))
  expect(full.failure).toMatch(
    // By whichever member comes to the quota first.
    /member etcd-[0-9.]+ has raised the alarm NOSPACE: its database has reached/,
  )
  expect(full.log).toMatch(/is unhealthy: failed to commit proposal: Active Alarm\(s\): NOSPACE/)
  expect(full.summary).toContain('alarm NOSPACE')
  const endpoints = JSON.parse(full.outputs['endpoints'] ?? '') as { alarms: string[] }[]
  expect(endpoints.flatMap(({ alarms }) => alarms)).toContain('NOSPACE')
})

/** Writes to the etcd of a host, which listens at its address, until it takes no more. */
const fillUp = (host: number): Promise<string> => {
  const ctl = etcdctl({ url: `https://${lab.hosts[host - 1]?.address}:2379` })
  return lab.on(
    host,
    `head -c 300000 /dev/zero | tr '\\0' x >/tmp/value; timeout 60 sh -c 'until ${ctl} alarm list | grep NOSPACE; do ${ctl} put fill </tmp/value || true; done' 2>&1`,
  )
}
