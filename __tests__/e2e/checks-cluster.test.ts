import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { readPage } from '../../script/markdown.js'
import { textOf } from '../docs/pages.js'
import { e2eLab, VERSION } from './lab.js'
import { failed, refused } from './refusal.js'
import { passed } from './shape.js'

const OLD = '3.5.16'
const HOSTS = [1, 2, 3]
const QUOTA = 20 * 1024 * 1024

const WIDER = { 'etcd-args': `--quota-backend-bytes=${10 * QUOTA}` }

let lab: Lab
const address = (host: number): string => lab.hosts[host - 1]?.address ?? ''
const etcdctl = (host: number): string =>
  `/opt/kube/bin/etcdctl --endpoints=https://${address(host)}:2379 --cacert=/etc/kubernetes/ssl/ca.pem --cert=/etc/kubernetes/ssl/etcd.pem --key=/etc/kubernetes/ssl/etcd-key.pem`
const inputs = async (more: Readonly<Record<string, string>> = {}) => ({
  ...(await lab.inputs(HOSTS, more['version'] ?? OLD)),
  'etcd-args': `--quota-backend-bytes=${QUOTA}`,
  'health-timeout': '10s',
  soak: '0s',
  ...more,
})
const go = async (more: Readonly<Record<string, string>> = {}): Promise<RunResult> => run(await inputs(more))
/** Writes until etcd takes no more, and raises the alarm. */
const fill = (): Promise<string> =>
  lab.on(
    1,
    `head -c 900000 /dev/zero | tr '\\0' x >/run/value; timeout 120 sh -c 'until ${etcdctl(1)} alarm list | grep NOSPACE; do ${etcdctl(1)} put k </run/value >/dev/null 2>&1 || true; done'`,
  )
/** What a plan fails with. */
const planFailure = async (more: Readonly<Record<string, string>>): Promise<string> => {
  const plan = await go({ ...more, operation: 'plan' })
  expect(plan.exitCode).toBe(1)
  return plan.outputs['failure'] ?? ''
}
/** A plan and a deploy that are refused say the same, and change nothing. */
const bothRefused = async (more: Readonly<Record<string, string>>): Promise<string> => {
  const deploy = await refused(lab, await inputs(more), HOSTS)
  expect(await planFailure(more)).toBe(deploy.failure)
  return deploy.failure
}

describe('what etcd itself has to allow', () => {
  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    passed(await go())
  })

  test('a full database: plan, deploy and health name the order that works, and it works', async () => {
    await fill()
    const roll = await bothRefused({ version: VERSION })
    expect(roll).toMatch(
      /has raised the alarm NOSPACE: its database has reached the quota and the cluster takes no writes/,
    )
    expect(roll).toMatch(/compact to the revision .*defrag every member.*then alarm disarm/)
    // Nothing is restarted, so a deploy goes on; neither it nor a plan calls that healthy.
    expect(await planFailure({})).toMatch(
      /the cluster is not healthy, and would not be after a deploy.*\n.*NOSPACE/,
    )
    const deploy = failed(await go())
    expect(deploy.failure).toMatch(/NOSPACE.*compact to the revision/s)
    const health = failed(await go({ operation: 'health' }))
    expect(health.failure).toMatch(/NOSPACE.*compact to the revision/s)

    // The words, in their order.
    await lab.on(
      1,
      `rev=$(${etcdctl(1)} endpoint status -w json | grep -o '"revision":[0-9]*' | grep -o '[0-9]*'); ${etcdctl(1)} compact "$rev"`,
    )
    for (const host of HOSTS) await lab.on(host, `${etcdctl(host)} defrag`)
    await lab.on(1, `${etcdctl(1)} alarm disarm && ${etcdctl(1)} put k v`)
    expect((await go({ operation: 'plan' })).exitCode).toBe(0)
    passed(await go({ operation: 'health' }))
  })

  test('a full database in which nothing is to be deleted gets a larger quota, and takes writes again', async () => {
    await fill()
    // Each member raises its own alarm once it has applied the write: on a busy machine one does after the first disarm.
    await lab.on(
      1,
      `timeout 60 sh -c 'until ${etcdctl(1)} alarm disarm >/dev/null && sleep 3 && [ -z "$(${etcdctl(1)} alarm list)" ]; do :; done'`,
    )
    passed(await go(WIDER))
    await lab.on(1, `${etcdctl(1)} put k v`)
  })

  test('authentication: a roll asks for the user and the role that it needs, and begins once they are there', async () => {
    await lab.on(
      1,
      `${etcdctl(1)} user add root:pw && ${etcdctl(1)} user grant-role root root && ${etcdctl(1)} auth enable`,
    )
    const none = await bothRefused({ ...WIDER, version: VERSION })
    expect(none).toMatch(
      /etcd's authentication is switched on and refuses the certificate of the name \(CN\) (\S+): user not found/,
    )
    const [, user = ''] = /\(CN\) (\S+):/.exec(none) ?? []
    const [, add = ''] = /(etcdctl user add [^;]*);/.exec(none) ?? []
    const [, grant = ''] = /(etcdctl user grant-role [^)]*)\)/.exec(none) ?? []
    expect(none).not.toMatch(/disk|lsattr/)
    const said = (command: string): string => command.replace('etcdctl', `${etcdctl(1)} --user=root:pw`)
    await lab.on(1, said(add))
    // What restarts nothing goes on without.
    passed(await go(WIDER))
    passed(await go({ operation: 'health' }))
    expect(await bothRefused({ ...WIDER, version: VERSION })).toContain(`(CN) ${user}: permission denied`)
    await lab.on(1, said(grant))
    passed(await go({ ...WIDER, version: VERSION }))
  })

  test('authentication: the commands of docs/authentication.md, in their order', async () => {
    const blocks = readPage(textOf('docs/authentication.md')).blocks.map(({ text }) => text)
    expect(blocks).toHaveLength(5)
    const [client = '', ...steps] = blocks.map((text) => text.replaceAll('192.168.1.1', address(1)))
    const step = (commands = ''): Promise<string> => lab.on(1, `set -e\n${client}\n${commands}`)
    const off = `${etcdctl(1)} --user=root:pw auth disable; for user in root etcd; do ${etcdctl(1)} user delete $user; done`
    await lab.on(1, off)
    // Each member restarts.
    const asked = { version: VERSION, 'etcd-args': `${WIDER['etcd-args']}\n--snapshot-count=40000` }

    for (const commands of steps.slice(0, 2)) await step(commands)
    const on = await step(steps[2])
    expect(on).toMatch(/Authentication Enabled[\s\S]*Authentication Status: true/)
    expect(on.match(/is healthy/g)).toHaveLength(3)
    expect((await go({ ...asked, operation: 'plan' })).exitCode).toBe(0)
    passed(await go({ ...asked, operation: 'health' }))
    const roll = await go(asked)
    passed(roll)
    expect(roll.outputs['changed']).toBe('true')
    expect(roll.log).toContain('The canary writes with etcdctl on the hosts')
    expect(roll.outputs).toMatchObject({
      'max-write-gap-ms': expect.stringMatching(/^\d/) as string,
      'failed-writes': '0',
    })
    expect(await step(steps[3])).toContain('Authentication Disabled')
    expect((await go({ ...asked, operation: 'plan' })).exitCode).toBe(0)
  })
})
