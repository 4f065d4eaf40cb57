import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import {
  cutOneWay,
  DROP_IN,
  dropIn,
  giveAll,
  linksUp,
  mendOneWay,
  removeDropIns,
  takeFromAll,
} from './environment.js'
import { failed } from './refusal.js'
import { passed } from './shape.js'

const VERSION = '3.5.30'
const ALL_UP = 6
/** Nobody is there. */
const PROXY = 'http://proxy-user:proxy-password@10.255.255.1:3128'

let cluster: AtWork
let roll = 0
/** Inputs that take a restart of every member, other ones each time. */
const rolling = () => ({ 'etcd-args': `--snapshot-count=${10_000 + 100 * roll++}` })
/** A member that was started before another one is back opens its connections to that one a moment later. */
const expectAllUp = (): Promise<void> => expect.poll(() => linksUp(cluster), { timeout: 30_000 }).toBe(ALL_UP)

beforeAll(async () => {
  cluster = await clusterAtWork(3, VERSION)
})
afterAll(() => cluster?.leave())

describe('a proxy that is set for the whole host', () => {
  afterEach(() => takeFromAll(cluster))

  test('does not come between the members of a roll', async () => {
    await giveAll(cluster, cluster.hosts, `HTTPS_PROXY=${PROXY}`)
    passed(await cluster.go(VERSION, rolling()))
    await expectAllUp()
    const environments = await cluster.onAll(
      'tr "\\0" "\\n" </proc/$(pidof etcd)/environ | grep -i proxy; true',
    )
    expect(environments).toEqual(['', '', ''])
  })

  test('does not come between members that are founded', async () => {
    await cluster.lab.command('reset', 'all')
    await giveAll(cluster, cluster.hosts, `https_proxy=${PROXY} ALL_PROXY=${PROXY}`)
    passed(await cluster.go(VERSION))
    await expectAllUp()
  })

  test('that members run with already is named, and taken away from those that it cuts off', async () => {
    const hosts = [1, 2]
    await giveAll(cluster, hosts, `HTTPS_PROXY=${PROXY}`)
    // A unit as it was before: nothing in it takes variables away.
    for (const host of hosts) {
      await cluster.lab.on(
        host,
        'sed -i /^UnsetEnvironment/d /etc/systemd/system/etcd.service; systemctl daemon-reload; systemctl restart etcd',
      )
    }
    await expect.poll(() => linksUp(cluster), { timeout: 60_000 }).toBeLessThan(ALL_UP)
    const health = await cluster.go(VERSION, { operation: 'health' })
    passed(health)
    expect(health.warnings.join('\n')).toMatch(/has no live connection of its own to etcd-/)
    const repaired = await cluster.go(VERSION)
    passed(repaired)
    expect(repaired.log).toContain(
      'runs with HTTPS_PROXY=http://10.255.255.1:3128, and has no live connection',
    )
    expect(repaired.log).not.toContain('proxy-password')
    await expectAllUp()
  })
})

describe('what a drop-in sets', () => {
  afterEach(() => removeDropIns(cluster, '/etc/systemd/system/service.d/test.conf'))

  test.each([
    [
      'a variable',
      'Environment=ETCD_SNAPSHOT_COUNT=5',
      DROP_IN,
      /ETCD_SNAPSHOT_COUNT=5 is set in \S+50-test.conf, line 2, .*flag --snapshot-count/,
    ],
    [
      'an equal one in a file',
      'EnvironmentFile=-/etc/default/etcd-test',
      DROP_IN,
      /ETCD_CLIENT_CERT_AUTH=true is set in \/etc\/default\/etcd-test, line 1, .*flag --client-cert-auth/,
    ],
    [
      'one for all services',
      'Environment="ETCD_NAME=x y"',
      '/etc/systemd/system/service.d/test.conf',
      /ETCD_NAME=x y is set in \/etc\/systemd\/system\/service.d\/test.conf, line 2/,
    ],
    [
      'a config file',
      'Environment=ETCD_CONFIG_FILE=/etc/etcd.yml',
      DROP_IN,
      /ETCD_CONFIG_FILE makes etcd read all settings from \/etc\/etcd.yml/,
    ],
    [
      'a file that is not there',
      'EnvironmentFile=/etc/default/gone',
      DROP_IN,
      /there is no \/etc\/default\/gone, which \S+50-test.conf, line 2 names/,
    ],
    [
      'another command',
      'ExecStart=\\nExecStart=/opt/kube/bin/etcd --data-dir=/elsewhere',
      DROP_IN,
      /a drop-in starts another command than its unit says \(\S+50-test.conf, line 3\)/,
    ],
  ])('%s: no member is stopped for it, and the plan says so too', async (_name, lines, path, said) => {
    await cluster.lab.on(2, 'echo ETCD_CLIENT_CERT_AUTH=true >/etc/default/etcd-test')
    await dropIn(cluster, 2, lines, path)
    const before = await cluster.starts()
    const inputs = rolling()
    const planned = await cluster.go(VERSION, { ...inputs, operation: 'plan' })
    const deployed = failed(await cluster.go(VERSION, inputs))
    expect(planned.outputs['failure']).toMatch(said)
    expect(deployed.failure).toBe(planned.outputs['failure'])
    expect(deployed.outputs['changed']).toBe('false')
    expect(await cluster.starts()).toEqual(before)
    // Nothing asks for a restart: the cluster is left as it is, and the next start is warned of.
    const unasked = await cluster.go(VERSION, { operation: 'plan' })
    expect(unasked.exitCode).toBe(0)
    expect(unasked.warnings.join('\n')).toContain(
      `${cluster.name(2)} would not come back from its next restart: `,
    )
  })

  test('timings of one member alone are said', async () => {
    await dropIn(cluster, 3, 'Environment=ETCD_HEARTBEAT_INTERVAL=250 ETCD_ELECTION_TIMEOUT=2500')
    await cluster.lab.on(3, 'systemctl restart etcd')
    const planned = await cluster.go(VERSION, { operation: 'plan' })
    expect(planned.exitCode).toBe(0)
    expect(planned.log).toContain('nothing to change: ')
    expect(planned.warnings.join('\n')).toContain(
      `the members do not run with the same ETCD_HEARTBEAT_INTERVAL: ${cluster.name(1)} without it, ${cluster.name(2)} without it, ` +
        `${cluster.name(3)} 250 (the environment of its process)`,
    )
    await removeDropIns(cluster)
    await cluster.lab.on(3, 'systemctl restart etcd')
  })
})

describe('a member that cannot open connections to another one', () => {
  test('is not confirmed, and no other one is stopped', async () => {
    const leader = await cluster.leaderNow()
    const [first = 0, second = 0] = cluster.hosts.filter((host) => host !== leader)
    await cutOneWay(cluster, first, second)
    const before = await cluster.starts()
    try {
      const inputs = { ...rolling(), 'health-timeout': '12s' }
      const { failure } = failed(await cluster.go(VERSION, inputs))
      expect(failure).toContain(`it has no live connection of its own to ${cluster.name(second)}`)
      const after = await cluster.starts()
      const [rolled = 0, ...others] = cluster.hosts.filter((host) => after[host - 1] !== before[host - 1])
      expect(others).toEqual([])
      // Nobody keeps another one from leading by the time that the run looks.
      expect((await cluster.leaderNow()) === leader ? [first] : cluster.hosts).toContain(rolled)
      expect(failure).toMatch(new RegExp(`^${cluster.name(rolled)}: .*it has no live connection`))
      expect(await cluster.versions()).toEqual([VERSION, VERSION, VERSION])
      const next = await cluster.go(VERSION, { ...inputs, operation: 'plan' })
      expect(next.outputs['failure']).toContain(
        `has no live connection of its own to ${cluster.name(second)}`,
      )
      expect(await cluster.starts()).toEqual(after)
    } finally {
      await mendOneWay(cluster, first, second)
    }
    await expectAllUp()
    passed(await cluster.go(VERSION, rolling()))
    await cluster.expectClean()
  })
})
