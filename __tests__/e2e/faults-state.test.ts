import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, start } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { type Mirror, serveArchive } from './mirror.js'
import { failed, refused, tracesOf } from './refusal.js'
import { passed } from './shape.js'

describe('hosts that others work on, or that hold what is not ours', () => {
  let lab: Lab
  let inputs: Record<string, string>
  let mirror: Mirror
  let clusterId: string
  const nameOf = (host: number): string => `etcd-${lab.hosts[host - 1]?.address}`

  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    inputs = await lab.inputs([1, 2, 3], VERSION)
    mirror = await serveArchive(lab.mirror.archives[VERSION]?.file ?? '', VERSION, VERSION)
  })
  afterAll(() => mirror.close())

  test('a second run is refused and told of the first one, which ends well', async () => {
    const release = mirror.hold()
    const first = await start(
      { ...inputs, 'download-base-url': mirror.url },
      { env: { GITHUB_RUN_ID: '4711', GITHUB_ACTOR: 'hubot', RUNNER_TOOL_CACHE: '' } },
    )
    await first.sees('Downloading')
    const same = await refused(lab, inputs, [1, 2, 3])
    const overlapping = await refused(lab, await lab.inputs([3, 4, 5], VERSION), [3, 4, 5])
    release()
    for (const { failure } of [same, overlapping]) {
      expect(failure).toContain('another run is working on this host')
      expect(failure).toContain('https://github.com/org/repo/actions/runs/4711, started by hubot, since 20')
      expect(failure).toContain('this run changed nothing')
    }
    expect(overlapping.failure).toContain(nameOf(3))
    const result = await first.done
    passed(result)
    clusterId = result.outputs['cluster-id'] ?? ''
  })

  test('a host that is a member of another cluster stops the bootstrap of this one', async () => {
    const { failure } = await refused(lab, await lab.inputs([3, 4, 5], VERSION), [3, 4, 5])
    expect(failure).toContain('some hosts hold etcd data and others do not belong to it')
    expect(failure).toContain('nothing was changed on any host')
    expect(failure).toMatch(
      new RegExp(`- ${nameOf(3)}: holds the data of an etcd member in /var/lib/etcd, and is .*${clusterId}`),
    )
    expect(failure).toContain(`- ${nameOf(4)}: holds no data in /var/lib/etcd`)
  })

  test('cluster-state new and another service name than the one that runs are refused', async () => {
    const before = await tracesOf(lab, [1, 2, 3])
    const anew = await refused(lab, { ...inputs, 'cluster-state': 'new' }, [])
    expect(anew.failure).toContain('cluster-state is new, but there is a cluster already')
    const other = await refused(lab, { ...inputs, 'service-name': 'etcd-two' }, [])
    for (const host of [1, 2, 3]) expect(other.failure).toContain(`- ${nameOf(host)}: `)
    expect(other.failure).toMatch(
      /runs an etcd at its own address \(pid \d+ in etcd.service\) with data in \/var\/lib\/etcd \(leave it running: it is the member itself; set service-name to etcd, /,
    )
    expect(await tracesOf(lab, [1, 2, 3])).toEqual(before)
  })

  test('an etcd that somebody else started is left alone and named', async () => {
    await lab.on(
      4,
      'cp /bin/sleep /usr/local/bin/etcd && systemd-run --quiet --unit=theirs /usr/local/bin/etcd 600',
    )
    const { failure } = await refused(lab, await lab.inputs([4], VERSION), [4])
    await lab.command('reset', '4')
    expect(failure).toContain('another etcd is on the hosts')
    expect(failure).toMatch(new RegExp(`- ${nameOf(4)}: runs another etcd \\(pid \\d+ in theirs.service\\)`))
  })

  test('a member whose data is lost is never bootstrapped anew, whatever is left of the others', async () => {
    const wipe = (host: number): Promise<string> =>
      lab.on(host, 'systemctl stop etcd && rm -rf /var/lib/etcd/*')
    await wipe(2)
    const one = await refused(lab, inputs, [1, 2, 3])
    expect(one.failure).toContain('1 of 3 hosts holds no data of its member')
    expect(one.failure).toMatch(
      new RegExp(
        `- ${nameOf(2)}: has lost the log of its member, .*, and is member [0-9a-f]+ of cluster ${clusterId} \\(.*bring`,
      ),
    )

    // The others have no quorum any more, and hold all that was ever written.
    await wipe(3)
    const two = await refused(lab, inputs, [1, 2, 3])
    expect(two.failure).toMatch(
      new RegExp(`- ${nameOf(1)}: .*\\(keep /var/lib/etcd as it is: it may be the only copy`),
    )

    await lab.on(1, 'systemctl stop etcd')
    const stopped = await refused(lab, inputs, [1, 2, 3])
    expect(stopped.failure).toMatch(
      new RegExp(`- ${nameOf(1)}: .*\\(keep /var/lib/etcd as it is: it may be the only copy`),
    )
  })

  test('old data that no etcd runs on stops the bootstrap too, on one host or on all', async () => {
    const old = await refused(lab, await lab.inputs([1, 4, 5], VERSION), [1, 4, 5])
    expect(old.failure).toContain(`- ${nameOf(1)}: holds the data of an etcd member in /var/lib/etcd`)
    await lab.on(1, 'rm /etc/systemd/system/etcd.service && systemctl daemon-reload')
    const all = await refused(lab, await lab.inputs([1], VERSION), [1])
    expect(all.failure).toContain('restarting members now is not safe')
    expect(all.failure).toContain(`- ${nameOf(1)}: its service is inactive`)
  })
})

describe('bootstraps that stop half way', () => {
  let lab: Lab
  let inputs: Record<string, string>
  const nameOf = (host: number): string => `etcd-${lab.hosts[host - 1]?.address}`
  const processOf = (host: number): Promise<string> =>
    lab.on(host, 'systemctl show -P MainPID etcd').then((text) => text.trim())

  beforeAll(async () => {
    lab = await e2eLab()
    inputs = await lab.inputs([1, 2, 3], VERSION)
  })

  test('members that do not start: status and journal in the log, the others left alone, and the next run goes on', async () => {
    await lab.command('reset', '1', '2', '3')
    // What only etcd itself knows to be wrong stops all of them.
    const flag = failed(await run({ ...inputs, 'etcd-args': '--election-timeout=120' }))
    expect(flag.failure).toContain('etcd did not start')
    expect(flag.failure).toContain('journalctl -u etcd')
    expect(flag.outputs['changed']).toBe('true')
    expect(flag.log).toMatch(/systemctl status etcd on etcd-/)
    expect(flag.log).toMatch(
      /\| .*election-timeout\[120ms\] should be at least as 5 times as --heartbeat-interval/,
    )

    // What is wrong on one host stops that one; the flag is right now.
    await lab.on(
      2,
      `mkdir -p /etc/systemd/system/etcd.service.d && printf '[Service]\\nExecStartPre=/bin/sh -c "echo no luck today; exit 3"\\n' >/etc/systemd/system/etcd.service.d/broken.conf`,
    )
    const host = failed(await run(inputs))
    expect(host.failure).toMatch(new RegExp(`^${nameOf(2)} \\(root@.*: etcd did not start`))
    expect(host.failure).toContain('the other members were started and are left as they are')
    expect(host.log).toContain(`systemctl status etcd on ${nameOf(2)}:`)
    expect(host.log).toMatch(/\| .*no luck today/)
    const others = [await processOf(1), await processOf(3)]
    for (const pid of others) expect(pid).toMatch(/^[1-9]\d*$/)

    await lab.on(2, 'rm -r /etc/systemd/system/etcd.service.d')
    passed(await run(inputs))
    expect([await processOf(1), await processOf(3)]).toEqual(others)
    expect(await lab.on(1, 'cat /etc/systemd/system/etcd.service')).not.toContain('election-timeout')
  })

  test('a runner that dies again and again in the middle of it leaves what the next one finishes', async () => {
    await lab.command('reset', '1', '2', '3')
    const killedAt = async (text: string, afterMs = 0): Promise<void> => {
      const started = await start(inputs, { post: false })
      await started.sees(text)
      await new Promise((next) => setTimeout(next, afterMs))
      started.signal('SIGKILL')
      expect((await started.done).signal).toBe('SIGKILL')
    }
    await killedAt('::group::Bootstrap the cluster')
    await killedAt('::group::Bootstrap the cluster', 400)
    await killedAt('starting etcd-')
    await killedAt('::group::Health of every endpoint')
    // The members have found each other by now: what is written must survive whatever comes.
    const etcdctl = `/opt/kube/bin/etcdctl --endpoints=https://${lab.hosts[0]?.address}:2379 --cacert=/etc/kubernetes/ssl/ca.pem --cert=/etc/kubernetes/ssl/etcd.pem --key=/etc/kubernetes/ssl/etcd-key.pem`
    await lab.on(1, `${etcdctl} put mine kept`)
    const result = await run(inputs)
    passed(result)
    expect(JSON.parse(result.outputs['members'] ?? '[]')).toHaveLength(3)
    expect(await lab.on(1, `${etcdctl} get mine --print-value-only`)).toBe('kept\n')
    for (const host of [1, 2, 3]) {
      const left =
        "find /opt /etc /var/lib /tmp -name '.upload-*' -o -name '*.etcd-deploy-*' -o -path '/var/lib/etcd-deploy/*' -type f"
      expect(await lab.on(host, left)).toBe('')
    }
    const again = await run(inputs)
    passed(again)
    expect(again.outputs['changed']).toBe('false')
    expect(again.outputs['cluster-id']).toBe(result.outputs['cluster-id'])
  })
})
