import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { failed } from './refusal.js'
import { makeToolCache, passed } from './shape.js'
import { SSHD_ANEW } from './sshd.js'

const HOSTS = [1, 2, 3]
const FROM = '3.5.16'

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>
let inputs: Record<string, string>

/** Each host prints in another way: files of the shell, the user's environment, a process that goes on printing; host 3 is reached by sudo. */
const NOISE: readonly (readonly [host: number, line: string])[] = [
  [
    1,
    String.raw`printf '%s\n' 'echo "Welcome to $(hostname)"' 'printf "reverted\nready\n0"' 'echo noise >&2' >/root/.bashrc`,
  ],
  [1, String.raw`printf '%s\n' 'echo shared; echo shared >&2' >/etc/bash.bashrc`],
  [2, String.raw`printf '%s\n' 'sudo() { echo hijacked; }' 'echo' 'alias env=false' 'set -x' >/root/.bashrc`],
  [
    2,
    String.raw`mkdir -p /root/.ssh && echo 'BASH_ENV=/root/noise' >/root/.ssh/environment && echo 'echo from BASH_ENV; systemctl() { :; }; export -f systemctl' >/root/noise`,
  ],
  [2, `echo 'PermitUserEnvironment yes' >/etc/ssh/sshd_config.d/noise.conf && ${SSHD_ANEW}`],
  [
    3,
    String.raw`printf '%s\n' 'echo confirmed' '( sleep 0.05; echo late; echo late >&2 ) &' 'export TMPDIR=/nonexistent LD_PRELOAD=/nonexistent.so IFS=e' >/home/deployer/.bashrc`,
  ],
]

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
  await lab.command('reset', ...HOSTS.map(String))
  await lab.command('sudoer', '3', 'deployer')
  await lab.on(3, 'usermod -s /bin/bash deployer')
  for (const [host, line] of NOISE) await lab.on(host, line)
  const base = await lab.inputs(HOSTS, FROM)
  const [one = '', two = '', three = ''] = HOSTS.map((host) => lab.hosts[host - 1]?.address)
  inputs = { ...base, hosts: `${one}\n${two}\n${three} ssh=deployer@${three}:22` }
})
afterAll(async () => {
  await lab.command('reset', ...HOSTS.map(String))
  // sshd has to read its files anew.
  await lab.on(2, SSHD_ANEW)
  await cache.remove()
})

const go = (more: Readonly<Record<string, string>> = {}) => run({ ...inputs, ...more }, cache.options)
const started = async (): Promise<readonly string[]> =>
  Promise.all(HOSTS.map((host) => lab.on(host, 'systemctl show -p MainPID etcd')))

test('a cluster is planned, made, found as it is and healthy through logins that print', async () => {
  const planned = await go({ operation: 'plan' })
  expect(planned.errors).toEqual([])
  expect(planned.log).toContain('bootstrap 3 members')
  passed(await go())
  const again = await go({ operation: 'plan' })
  expect(again.errors).toEqual([])
  expect(again.outputs).toMatchObject({ changed: 'false' })
  expect(again.log).not.toContain('no cluster answers')
  const { outputs, log } = await go({ operation: 'health' })
  expect(outputs).toMatchObject({ healthy: 'true', failure: '' })
  expect(log).toContain('3 of 3 endpoints healthy')
})

test('a change that fails is taken back there, and said to be', async () => {
  const before = await started()
  const result = failed(await go({ 'etcd-args': '--log-level=loud' }))
  expect(result.failure).toContain('it was put back and is healthy')
  const after = await started()
  expect(after.filter((pid, index) => pid !== before[index])).toHaveLength(1)
})

test('an upgrade is rolled and confirmed', async () => {
  const { archives } = lab.mirror
  const result = await go({ version: VERSION, 'archive-sha256': archives[VERSION]?.sha256 ?? '' })
  passed(result)
  expect(result.outputs).toMatchObject({ changed: 'true', version: VERSION })
  for (const host of HOSTS) {
    expect(await lab.on(host, 'ls /var/lib/etcd-deploy/*/previous 2>/dev/null || true')).toBe('')
    expect(await lab.on(host, 'systemctl list-timers --all --no-legend "etcd-deploy-revert-*"')).toBe('')
  }
})
