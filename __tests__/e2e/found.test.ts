import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { refused } from './refusal.js'
import { makeToolCache, passed, shownLog } from './shape.js'

const HOSTS = [1, 2, 3]
const INSTALL = `tar -xzf /root/etcd.tar.gz -C /usr/local/bin --strip-components=1 --no-same-owner --wildcards '*/etcd' '*/etcdctl'`

/** An etcd that somebody else has set up: its settings are in a file, its unit and its data are where nobody would look. */
const byFile = (address: string, cluster: string): string => `mkdir -p /etc/etcd
cat >/etc/etcd/main.yml <<END
name: m-${address}
data-dir: /srv/kv/main
listen-peer-urls: http://${address}:2380
initial-advertise-peer-urls: http://${address}:2380
listen-client-urls: http://${address}:2379
advertise-client-urls: http://${address}:2379
initial-cluster: ${cluster}
END
cat >/etc/systemd/system/kv-main.service <<END
[Service]
Type=notify
ExecStart=/usr/local/bin/etcd --config-file /etc/etcd/main.yml
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable -q kv-main
systemctl start --no-block kv-main`

/** As kubespray has its cluster for events: other ports and directories, an environment file. One of one member is enough here. */
const EVENTS = `cat >/etc/etcd-events.env <<END
ETCD_DATA_DIR=/var/lib/etcd-events
ETCD_NAME=events
ETCD_LISTEN_PEER_URLS=http://127.0.0.1:2382
ETCD_INITIAL_ADVERTISE_PEER_URLS=http://127.0.0.1:2382
ETCD_INITIAL_CLUSTER=events=http://127.0.0.1:2382
ETCD_LISTEN_CLIENT_URLS=http://127.0.0.1:2383
ETCD_ADVERTISE_CLIENT_URLS=http://127.0.0.1:2383
END
cat >/etc/systemd/system/etcd-events.service <<END
[Service]
Type=notify
EnvironmentFile=-/etc/etcd-events.env
ExecStart=/usr/local/bin/etcd
END
systemctl daemon-reload
systemctl start etcd-events`

const POD = `mkdir -p /etc/kubernetes/manifests
cat >/etc/kubernetes/manifests/etcd.yaml <<END
spec:
  containers:
  - command:
    - etcd
    - --data-dir=/var/lib/etcd-pod
    - --listen-peer-urls=https://127.0.0.1:2380
END`

describe('etcds that others have on the hosts', () => {
  let lab: Lab
  let inputs: Record<string, string>
  let cache: Awaited<ReturnType<typeof makeToolCache>>
  const addressOf = (host: number): string => lab.hosts[host - 1]?.address ?? ''
  const nameOf = (host: number): string => `etcd-${addressOf(host)}`
  const all = (line: string): Promise<readonly string[]> =>
    Promise.all(HOSTS.map((host) => lab.on(host, line)))
  const sums = (dir: string) => all(`find ${dir} -type f | sort | xargs sha256sum`)
  /** Both refuse, for the same reasons, and nothing is touched; gives the sentence. */
  const refuse = async (asked: Readonly<Record<string, string>>): Promise<string> => {
    const plan = await run({ ...asked, operation: 'plan' }, cache.options)
    expect(plan.exitCode, shownLog(plan)).toBe(1)
    const { failure } = await refused(lab, asked, HOSTS)
    expect(plan.outputs['failure']).toBe(failure)
    expect(failure).toContain('nothing was changed on any host')
    expect(failure).not.toMatch(/\b(?:stop|remove|delete|empty) (?:it|that|the)\b|member remove|move the/)
    return failure
  }

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    await lab.command('reset', 'all')
    inputs = await lab.inputs(HOSTS, VERSION)
    await Promise.all(
      HOSTS.map((host) =>
        copyFile(
          lab.mirror.archives[VERSION]!.file,
          join(lab.dir, 'hosts', String(host), 'root/root/etcd.tar.gz'),
        ),
      ),
    )
    const cluster = HOSTS.map((host) => `m-${addressOf(host)}=http://${addressOf(host)}:2380`).join(',')
    await all(INSTALL)
    await Promise.all(HOSTS.map((host) => lab.on(host, byFile(addressOf(host), cluster))))
    await all('timeout 60 sh -c "until systemctl is-active -q kv-main; do sleep 0.2; done"')
  })
  afterAll(async () => {
    await cache?.remove()
    await lab?.command('reset', 'all')
  })

  test('a cluster that runs under another unit, by a file, is named and left running', async () => {
    const failure = await refuse(inputs)
    expect(failure).toContain('another etcd is on the hosts')
    for (const host of HOSTS) {
      expect(failure).toMatch(
        new RegExp(
          `- ${nameOf(host)}: runs an etcd at its own address \\(pid \\d+ in kv-main.service\\) with data in /srv/kv/main, by its file /etc/etcd/main.yml \\(leave it running: `,
        ),
      )
    }
    expect(await all('systemctl is-active kv-main')).toEqual(['active\n', 'active\n', 'active\n'])
  })

  test('the same cluster stopped is found by its units, and its data stay', async () => {
    await all('systemctl stop kv-main')
    const before = await sums('/srv/kv/main')
    const failure = await refuse(inputs)
    for (const host of HOSTS) {
      expect(failure).toContain(
        `- ${nameOf(host)}: holds no data in /var/lib/etcd; and has the unit of an etcd at its own address (kv-main.service, inactive) with data in /srv/kv/main, which holds a member's data, by its file /etc/etcd/main.yml (keep its data`,
      )
    }
    expect(failure).toContain('start it there (systemctl start kv-main.service)')
    expect(await sums('/srv/kv/main')).toEqual(before)
  })

  test('data that no unit tells of any more, in a usual place, one host alone', async () => {
    await all('systemctl disable -q kv-main; rm /etc/systemd/system/kv-main.service; systemctl daemon-reload')
    await all('rm -f /etc/etcd/main.yml')
    await lab.on(2, 'mkdir -p /data && cp -a /srv/kv/main /data/etcd')
    const failure = await refuse(inputs)
    expect(failure).toContain(
      `- ${nameOf(2)}: holds no data in /var/lib/etcd; and holds the data of an etcd member in /data/etcd (keep its data`,
    )
    expect(failure).toContain(`- ${nameOf(1)}: holds no data in /var/lib/etcd (nothing is to be done there)`)
    await lab.on(2, 'rm -r /data/etcd')
  })

  test('a static pod, whose container runs or not', async () => {
    await lab.on(3, POD)
    const stopped = await refuse(inputs)
    expect(stopped).toContain('has the static pod of an etcd (/etc/kubernetes/manifests/etcd.yaml)')
    await lab.on(
      3,
      'systemd-run --quiet --unit=cri-containerd-abc --scope --slice=kubepods-pod1.slice /usr/local/bin/etcd --data-dir=/var/lib/etcd-pod ' +
        '--listen-peer-urls=https://127.0.0.1:2380 --peer-auto-tls >/dev/null 2>&1 & ' +
        'timeout 30 sh -c "until pgrep -x etcd; do sleep 0.1; done"',
    )
    const runs = await refuse(inputs)
    expect(runs).toMatch(
      new RegExp(
        `- ${nameOf(3)}: runs another etcd \\(pid \\d+ in the container kubepods/cri-containerd-abc.scope\\) with data in /var/lib/etcd-pod \\(leave it running`,
      ),
    )
    await lab.on(
      3,
      'systemctl stop cri-containerd-abc.scope; rm -r /etc/kubernetes/manifests /var/lib/etcd-pod',
    )
  })

  test('a cluster for events is left alone beside ours, which is founded and stays as asked for', async () => {
    await all(EVENTS)
    const pids = await all('systemctl show -P MainPID etcd-events')
    const first = await run(inputs, cache.options)
    passed(first)
    for (const host of HOSTS) {
      expect(shownLog(first)).toMatch(
        new RegExp(
          `${nameOf(host)}: also here: etcd-events.service \\(pid \\d+\\), data in /var/lib/etcd-events; left alone`,
        ),
      )
    }
    const again = await run(inputs, cache.options)
    passed(again)
    expect(again.outputs['changed']).toBe('false')
    expect(again.log).toContain('also here: etcd-events.service')
    // Its log is here no more, but those at rest are told of, too.
    expect(await all('systemctl show -P MainPID etcd-events')).toEqual(pids)
  })

  test('data-dir changed by mistake on healthy members is said to be where it is', async () => {
    const failure = await refuse({ ...inputs, 'data-dir': '/data/etcd' })
    for (const host of HOSTS) {
      expect(failure).toContain(
        `- ${nameOf(host)}: runs with --data-dir=/var/lib/etcd, asked for /data/etcd (data-dir) (nothing has to be moved there: set data-dir to /var/lib/etcd, as it runs now)`,
      )
    }
    await all('systemctl stop etcd')
    const stopped = await refuse({ ...inputs, 'data-dir': '/data/etcd' })
    expect(stopped).toContain('set data-dir to /var/lib/etcd')
  })

  test('another service-name on the stopped cluster is told the right one', async () => {
    const failure = await refuse({ ...inputs, 'service-name': 'kv', 'data-dir': '/data/etcd' })
    for (const host of HOSTS)
      expect(failure).toContain(`- ${nameOf(host)}: holds no data in /data/etcd; and has the unit`)
    expect(failure).toContain('set service-name to etcd, data-dir to /var/lib/etcd, and run operation plan')
  })
})
