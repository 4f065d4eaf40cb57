import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { makeToolCache, shownLog } from './shape.js'

/** A blank host that somebody else has: what it says of itself is to steer the runner, or to keep it busy. */
let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
  await lab.command('reset', '1')
})
afterAll(async () => {
  await lab?.on(1, 'rm -f /etc/systemd/system/etcd.service; systemctl daemon-reload')
  await cache?.remove()
})

const plan = async () =>
  run(
    { ...(await lab.inputs([1], VERSION)), operation: 'plan', 'cluster-token': 'etcd-cluster-0' },
    cache.options,
  )

test('no text of a unit begins a line of its own in the log, or is a command there', async () => {
  const steering = '/srv/x\\r::error::steered\\r##[error]z\\033[2J\\r::stop-commands::w'
  await lab.on(
    1,
    `printf '[Service]\\nExecStart=/opt/kube/bin/etcd "--data-dir=${steering}"\\n' >/etc/systemd/system/etcd.service; systemctl daemon-reload`,
  )
  const result = await plan()
  const log = shownLog(result)
  expect(log).toContain('steered')
  expect(log).not.toContain('\u001b')
  for (const line of log.split(/[\r\n]/))
    expect(line).not.toMatch(/^\s*(::error::steered|##\[|::stop-commands)/)
  expect(result.summary).not.toContain('\u001b')
  expect(result.summary).not.toContain('\r')
})

test('a unit full of blanks keeps no run busy', async () => {
  const blanks = `$(head -c 200000 /dev/zero | tr "\\\\0" " ")`
  await lab.on(
    1,
    `b="${blanks}"; printf '%s\\n' '[Service]' "Environment=A=$b\\\\" "$b" "ExecStart=/bin/true$b--x" "Description=$b." >/etc/systemd/system/etcd.service; ` +
      'systemctl daemon-reload',
  )
  expect(Number(await lab.on(1, 'stat -c %s /etc/systemd/system/etcd.service'))).toBeGreaterThan(800_000)
  const result = await plan()
  expect(shownLog(result)).toContain('Look at the hosts')
  expect(result.exitCode).not.toBeNull()
  // It was more than a minute.
  expect(result.tookMs).toBeLessThan(25_000)
})
