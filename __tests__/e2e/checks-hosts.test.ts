import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { refused } from './refusal.js'
import { passed } from './shape.js'

const OLD = '3.5.16'
const HOSTS = [1, 2, 3]

let lab: Lab
const member = (host: number): string => `etcd-${lab.hosts[host - 1]?.address ?? ''}`
const inputs = async (more: Readonly<Record<string, string>> = {}) => ({
  ...(await lab.inputs(HOSTS, more['version'] ?? OLD)),
  soak: '0s',
  ...more,
})
/** Everything but the digests' and the runner's own: a plan and a deploy that are refused say the same. */
const bothRefused = async (more: Readonly<Record<string, string>>): Promise<string> => {
  const deploy = await refused(lab, await inputs(more), HOSTS)
  const plan = await run(await inputs({ ...more, operation: 'plan' }))
  expect(plan.exitCode).toBe(1)
  const timeless = (text: string): string => text.replace(/\d+ min \d+ s|\d+ h [\d msin]*|\d+ MiB free/g, '#')
  expect(timeless(plan.outputs['failure'] ?? '')).toBe(timeless(deploy.failure))
  return deploy.failure
}
const noexec = (host: number): Promise<string> =>
  lab.on(
    host,
    'mkdir -p /opt/kube/bin /run/lab && mount --bind /opt/kube/bin /opt/kube/bin && mount -o remount,bind,noexec /opt/kube/bin && echo /opt/kube/bin >>/run/lab/mounts',
  )

describe('a running cluster', () => {
  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    await lab.command('tmpfs', '2', '/var/lib/etcd', '700M')
    passed(await run(await inputs()))
  })

  test('is not rolled where a member could not be started again, nothing is stopped, and plan says the same', async () => {
    await Promise.all([
      noexec(1),
      lab.on(
        2,
        'free=$(df -P -k /var/lib/etcd | tail -n 1 | tr -s " " | cut -d" " -f4); head -c "$((free - 3072))K" /dev/zero >/var/lib/etcd/ballast',
      ),
      lab.on(2, 'sed -i /^etcd:/d /etc/group /etc/gshadow'),
      lab.command('clock', '3', '+3h'),
    ])
    const failure = await bothRefused({ version: VERSION })
    const says = (host: number, text: string): void =>
      expect(failure).toContain(`\n- ${member(host)}: ${text}`)
    expect(failure).toContain(
      'the hosts are not ready for what is asked for; nothing was changed on any host',
    )
    says(1, '/opt/kube/bin is on a file system that is mounted noexec (/opt/kube/bin)')
    says(2, 'there is a user etcd, but no group etcd')
    expect(failure).toMatch(
      new RegExp(`${member(2)}: /var/lib/etcd has [23] MiB free, and 192 MiB are needed: at each start`),
    )
    expect(failure).toMatch(new RegExp(`${member(3)}: its clock is \\S+ .*ahead of the runner's`))
    expect(failure).not.toMatch(/architecture|permission denied, even/)
  })

  test('with nothing to change goes on, and is told what a restart would meet', async () => {
    // Where no program can be started from bin-dir, its release is put there anew, and that cannot be.
    await lab.on(1, 'umount /opt/kube/bin')
    const result = await run(await inputs())
    passed(result)
    expect(result.log).toContain('the plan changes nothing')
    expect(result.log).toContain(`${member(2)}: /var/lib/etcd has`)
    expect(result.log).toMatch(/which would stop a restart of its member/)
  })

  test('gets no certificate that a host would judge by a clock that is off', async () => {
    const names = { 'certificate-sans': 'etcd.example' }
    expect(await bothRefused(names)).toMatch(new RegExp(`${member(3)}: its clock is`))
  })

  test('is rolled once what was named is put right, as it was told', async () => {
    await lab.on(2, 'rm /var/lib/etcd/ballast && groupadd --system etcd')
    await lab.command('clock', '3', '+0s')
    passed(await run(await inputs({ version: VERSION })))
  })
})

describe('fresh hosts', () => {
  test('are told of noexec and of a missing group before anything is sent', async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    await noexec(1)
    await lab.on(2, 'useradd --system --no-user-group --gid nogroup etcd')
    await lab.on(
      3,
      'useradd --system --user-group owner && useradd --system --user-group --non-unique --uid "$(id -u owner)" etcd',
    )
    const failure = await bothRefused({})
    expect(failure).toContain(`${member(1)}: /opt/kube/bin is on a file system that is mounted noexec`)
    expect(failure).toContain(`${member(2)}: there is a user etcd, but no group etcd`)
    expect(failure).toContain(`${member(3)}: the users etcd and owner have one id`)
    await lab.command('reset', 'all')
  })
})
