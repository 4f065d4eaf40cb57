import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { failed, refused } from './refusal.js'
import { makeToolCache, passed } from './shape.js'

const HOSTS = [1, 2, 3]

/** By host: a setting of a drop-in that systemd fails at before etcd runs, and what is said of it. */
const STEPS: Readonly<Record<number, readonly [setting: string, words: string]>> = {
  1: ['User=nobody-of-that-name', '(217/USER: its user could not be taken'],
  2: ['ReadWritePaths=/not/there', '(226/NAMESPACE: its sandbox could not be set up'],
  3: ['StandardOutput=file:/not/there/log', '(209/STDOUT: its standard output could not be opened'],
}
const DROP_IN = '/etc/systemd/system/etcd.service.d/theirs.conf'

describe('why a member is down is said where it is noticed', () => {
  let lab: Lab
  let inputs: Record<string, string>
  let health: Record<string, string>
  let cache: Awaited<ReturnType<typeof makeToolCache>>
  const nameOf = (host: number): string => `etcd-${lab.hosts[host - 1]?.address}`

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    await lab.command('reset', ...HOSTS.map(String))
    inputs = await lab.inputs(HOSTS, VERSION)
    health = { ...inputs, operation: 'health', 'health-timeout': '1s' }
  })
  afterAll(async () => {
    await cache?.remove()
    await lab?.command('reset', ...HOSTS.map(String))
  })

  test('by a bootstrap: what systemd could not do, in words, in the log and on the page', async () => {
    await Promise.all(
      HOSTS.map((host) =>
        lab.on(
          host,
          `mkdir -p ${DROP_IN.slice(0, DROP_IN.lastIndexOf('/'))} && printf '[Service]\\nRestart=no\\n${STEPS[host]?.[0]}\\n' >${DROP_IN}`,
        ),
      ),
    )
    const result = failed(await run(inputs, cache.options))
    const host = HOSTS.find((candidate) => result.failure.startsWith(nameOf(candidate))) ?? 0
    expect(result.failure).toContain(`${nameOf(host)} (root@`)
    expect(result.failure).toContain(
      `etcd on ${nameOf(host)} could not be started by systemd ${STEPS[host]?.[1]}`,
    )
    expect(result.log).toContain(`systemctl status etcd on ${nameOf(host)}:`)
    expect(result.summary).toContain(`<summary>What ${nameOf(host)} says</summary>`)
    expect(result.summary).toMatch(/code=exited, status=\d/)
  })

  test('by a health check: of every member that is down', async () => {
    const { failure } = failed(await run(health, cache.options))
    for (const host of HOSTS) {
      expect(failure).toContain(`etcd on ${nameOf(host)} could not be started by systemd ${STEPS[host]?.[1]}`)
    }
    expect(failure).not.toContain('operation deploy starts')
  })

  test('and the next run goes on once that is put right', async () => {
    await Promise.all(HOSTS.map((host) => lab.on(host, `rm ${DROP_IN} && systemctl daemon-reload`)))
    passed(await run(inputs, cache.options))
  })

  test('a stopped member: since when, and that deploy starts it, which it then does', async () => {
    await lab.on(3, 'systemctl stop etcd')
    const { failure } = failed(await run(health, cache.options))
    expect(failure).toMatch(new RegExp(`etcd.service on ${nameOf(3)} is stopped since \\w+ [\\d-]+ [\\d:]+ `))
    expect(failure).toContain(`operation deploy starts it (or systemctl start etcd on ${nameOf(3)})`)
    passed(await run({ ...inputs, soak: '0s' }, cache.options))
  })

  test('without a quorum no deploy is promised, and none starts them', async () => {
    await Promise.all([1, 2].map((host) => lab.on(host, 'systemctl stop etcd')))
    const { failure } = failed(await run(health, cache.options))
    expect(failure).toContain(`run systemctl start etcd on ${nameOf(1)}, ${nameOf(2)}: without a quorum`)
    const deploy = await refused(lab, inputs, HOSTS)
    expect(deploy.failure).toContain('fewer than the quorum of 2')
  })
})
