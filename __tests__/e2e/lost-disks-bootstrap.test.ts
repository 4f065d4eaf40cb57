import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Gates, openGates } from '../../lab/gate.js'
import type { Lab } from '../../lab/lab.js'
import { run, start } from '../../lab/runner.js'
import { e2eLab } from './lab.js'
import { GUARD } from './lost-disks.js'
import { refused } from './refusal.js'
import { makeToolCache, passed } from './shape.js'

const HOSTS = [1, 2, 3]
const VERSION = '3.5.16'

describe('a runner that dies at the end of a bootstrap', () => {
  let lab: Lab
  let gates: Gates
  let inputs: Record<string, string>
  let cache: Awaited<ReturnType<typeof makeToolCache>>

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    inputs = { ...(await lab.inputs(HOSTS, VERSION)), soak: '0s' }
  })
  afterEach(() => gates?.close())
  afterAll(() => cache?.remove())

  const onEach = (hosts: readonly number[], line: string): Promise<readonly string[]> =>
    Promise.all(hosts.map(async (host) => (await lab.on(host, line)).trim()))
  const onAll = (line: string): Promise<readonly string[]> => onEach(HOSTS, line)
  const STATE =
    'grep -c ^AssertPathExists= /etc/systemd/system/etcd.service; ls /var/lib/etcd-deploy/etcd | grep -c bootstrap; true'
  const [UNSEEN, DONE] = ['0\n1', '1\n0']

  /** Returns after a minute where they never are: what is left then says so. */
  const othersAreDone = async (): Promise<void> => {
    const until = Date.now() + 60_000
    while ((await onEach([1, 3], STATE)).some((state) => state !== DONE) && Date.now() < until)
      await sleep(200)
  }

  /** Kills a bootstrap at the first question for health: its members were started, and nobody has seen them healthy. */
  const killUnseen = async (): Promise<void> => {
    await lab.command('reset', 'all')
    gates = await openGates(lab, HOSTS)
    const started = await start(inputs, { ...cache.options, post: false })
    gates.decide(({ name }) => {
      if (!/endpoint health/.test(name)) return 'run'
      started.signal('SIGKILL')
      return 'drop'
    })
    expect((await started.done).signal).toBe('SIGKILL')
    gates.decide(() => 'run')
  }

  /** Kills the run at this command on host 2, which then never comes there, while the other two are done with theirs. */
  const killAt = async (command: RegExp): Promise<void> => {
    await lab.command('reset', 'all')
    gates = await openGates(lab, HOSTS)
    const started = await start(inputs, { ...cache.options, post: false })
    let confirming = false
    gates.decide(async ({ host, name }) => {
      if (/have systemd read it/.test(name)) confirming = true
      if (host !== 2 || !confirming || !command.test(name)) return 'run'
      await othersAreDone()
      started.signal('SIGKILL')
      return 'drop'
    })
    expect((await started.done).signal).toBe('SIGKILL')
    gates.decide(() => 'run')
  }

  test('a cluster that nobody saw healthy is founded once more where its data were put away', async () => {
    await killUnseen()
    expect(await onAll(STATE)).toEqual([UNSEEN, UNSEEN, UNSEEN])
    await onAll('systemctl stop etcd; mv /var/lib/etcd/member /root/')
    passed(await run(inputs, cache.options))
    expect(await onAll(STATE)).toEqual([DONE, DONE, DONE])
  })

  test.each([
    ['before a unit asks for its log', /have systemd read it/, [DONE, UNSEEN, DONE]],
    ['before a note is taken away', /^remove/, [DONE, '1\n1', DONE]],
  ])('leaves to the next run what is missing: %s', async (_, command, left) => {
    await killAt(command)
    expect(await onAll(STATE)).toEqual(left)
    const processes = await onAll('systemctl show -p MainPID,ExecMainStartTimestampMonotonic etcd')
    passed(await run(inputs, cache.options))
    expect(await onAll(STATE)).toEqual([DONE, DONE, DONE])
    expect(await onAll('grep ^Assert /etc/systemd/system/etcd.service')).toEqual([GUARD, GUARD, GUARD])
    expect(await onAll('systemctl show -p MainPID,ExecMainStartTimestampMonotonic etcd')).toEqual(processes)
    const again = await run(inputs, cache.options)
    passed(again)
    expect(again.outputs['changed']).toBe('false')
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
