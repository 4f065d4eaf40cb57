import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Gates, openGates } from '../../lab/gate.js'
import type { Lab } from '../../lab/lab.js'
import { run, start } from '../../lab/runner.js'
import { e2eLab } from './lab.js'
import { GUARD } from './lost-disks.js'
import { refused } from './refusal.js'
import { makeToolCache, passed } from './shape.js'

const HOSTS = [1, 2, 3]
const VERSION = '3.5.16'

describe('a runner that dies while it confirms a bootstrap', () => {
  let lab: Lab
  let gates: Gates
  let inputs: Record<string, string>
  let cache: Awaited<ReturnType<typeof makeToolCache>>

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    inputs = { ...(await lab.inputs(HOSTS, VERSION)), soak: '0s' }
  })
  afterAll(async () => {
    await gates?.close()
    await cache?.remove()
  })

  const onAll = (line: string): Promise<readonly string[]> =>
    Promise.all(HOSTS.map(async (host) => (await lab.on(host, line)).trim()))
  const STATE =
    'grep -c ^AssertPathExists= /etc/systemd/system/etcd.service; ls /var/lib/etcd-deploy/etcd | grep -c bootstrap; true'

  /** Kills the run at this command on host 2, which then never comes there, while the other two are done with theirs. */
  const killAt = async (command: RegExp): Promise<void> => {
    await lab.command('reset', 'all')
    gates = await openGates(lab, HOSTS)
    const started = await start(inputs, { ...cache.options, post: false })
    let confirming = false
    gates.decide(async ({ host, name }) => {
      if (/have systemd read it/.test(name)) confirming = true
      if (host !== 2 || !confirming || !command.test(name)) return 'run'
      await new Promise((later) => setTimeout(later, 3000))
      started.signal('SIGKILL')
      return 'drop'
    })
    expect((await started.done).signal).toBe('SIGKILL')
    gates.decide(() => 'run')
  }

  test.each([
    ['before a unit asks for its log', /have systemd read it/, ['1\n0', '0\n1', '1\n0']],
    ['before a note is taken away', /^remove/, ['1\n0', '1\n1', '1\n0']],
  ])('leaves to the next run what is missing: %s', async (_, command, left) => {
    await killAt(command)
    expect(await onAll(STATE)).toEqual(left)
    const processes = await onAll('systemctl show -p MainPID,ExecMainStartTimestampMonotonic etcd')
    passed(await run(inputs, cache.options))
    expect(await onAll(STATE)).toEqual(['1\n0', '1\n0', '1\n0'])
    expect(await onAll('grep ^Assert /etc/systemd/system/etcd.service')).toEqual([GUARD, GUARD, GUARD])
    expect(await onAll('systemctl show -p MainPID,ExecMainStartTimestampMonotonic etcd')).toEqual(processes)
    const again = await run(inputs, cache.options)
    passed(again)
    expect(again.outputs['changed']).toBe('false')
    await gates.close()
  })

  test('no new cluster is founded where all disks are gone', async () => {
    await onAll('systemctl stop etcd; mv /var/lib/etcd/member /root/')
    const { failure } = await refused(lab, inputs, HOSTS)
    expect(failure).toContain(
      'the cluster was founded once, and no host holds data of it; no new one is founded in its place',
    )
    await onAll('mv /root/member /var/lib/etcd/; systemctl start --no-block etcd')
    await onAll('timeout 60 sh -c "until systemctl is-active -q etcd; do sleep 0.2; done"')
    const back = await run(inputs, cache.options)
    passed(back)
    expect(back.outputs['changed']).toBe('false')
  })
})
