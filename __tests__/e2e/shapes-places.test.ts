import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { readPage } from '../../script/markdown.js'
import { textOf } from '../docs/pages.js'
import { e2eLab, VERSION } from './lab.js'
import { deployTwice, etcdctl, makeToolCache, passed, runningArgv } from './shape.js'

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
})
afterAll(() => cache.remove())

test('other ports, names, users and paths, all at once', async () => {
  const hosts = [1, 2, 3]
  const inputs = {
    ...(await lab.inputs(hosts, VERSION)),
    hosts: hosts.map((host) => `${lab.hosts[host - 1]?.address} name=infra-${host}`).join('\n'),
    'client-port': '12379',
    'peer-port': '12380',
    'cluster-token': 'other-cluster',
    'service-name': 'etcd-events',
    'service-user': 'etcdevents',
    'bin-dir': '/usr/local/lib/etcd-events/bin',
    'ca-dir': '/etc/etcd-events/pki',
    'data-dir': '/srv/etcd-events/data',
    'wal-dir': '/srv/wal',
    'commit-probe': '3',
  }
  const places = {
    service: 'etcd-events',
    paths: ['/usr/local/lib/etcd-events', '/etc/etcd-events', '/srv/etcd-events'],
  }
  const result = await deployTwice({ lab, hosts, inputs, options: cache.options, places })
  const url = `https://${lab.hosts[1]?.address}:12379`
  expect(result.log).toContain(`${url} is healthy: `)
  expect(result.log).not.toContain('measured with etcdctl')

  const at = { binDir: '/usr/local/lib/etcd-events/bin', caDir: '/etc/etcd-events/pki', url }
  expect(await lab.on(2, `${etcdctl(at)} member list`)).toContain(
    `infra-2, https://${lab.hosts[1]?.address}:12380, ${url}`,
  )
  expect((await lab.on(2, 'ps -o user:20= -C etcd')).trim()).toBe('etcdevents')
  expect((await lab.on(2, 'systemctl is-enabled etcd-events')).trim()).toBe('enabled')
  expect(
    await lab.on(2, 'stat -c "%a %U %n" /srv/etcd-events/data /srv/wal /etc/etcd-events/pki/etcd-key.pem'),
  ).toBe(
    '700 etcdevents /srv/etcd-events/data\n700 etcdevents /srv/wal\n600 etcdevents /etc/etcd-events/pki/etcd-key.pem\n',
  )
  expect(await lab.on(2, 'ls /srv/wal/wal')).toContain('.wal')
  expect(await lab.on(2, 'find /srv/etcd-events/data -name "*.wal"')).toBe('')
  const defaults = '/opt/kube /etc/kubernetes /var/lib/etcd /etc/systemd/system/etcd.service'
  expect(await lab.on(2, `ls -d ${defaults} 2>/dev/null; true`)).toBe('')

  const health = { ...inputs, operation: 'health', 'ca-key': '', 'ca-cert': '' }
  passed(await run(health, cache.options))
})

test('the usual paths, with the lines of README.md that give them', async () => {
  const lines =
    readPage(textOf('README.md')).blocks.find(({ text }) => text.startsWith('bin-dir: '))?.text ?? ''
  const given = parse(lines) as Record<string, string>
  expect(Object.keys(given)).toEqual(['bin-dir', 'ca-dir', 'data-dir', 'certificate-subject'])
  const inputs = { ...(await lab.inputs([4], VERSION)), ...given }
  const places = { service: 'etcd', paths: [given['bin-dir'] ?? '', given['ca-dir'] ?? ''] }
  await deployTwice({ lab, hosts: [4], inputs, options: cache.options, places })
  const url = `https://${lab.hosts[3]?.address}:2379`
  const at = { binDir: given['bin-dir'] ?? '', caDir: given['ca-dir'] ?? '', url }
  expect(await lab.on(4, `${etcdctl(at)} member list`)).toContain(url)
  expect(await lab.on(4, `openssl x509 -noout -subject -in ${at.caDir}/etcd.pem`)).toBe('subject=CN = etcd\n')
  expect(await lab.on(4, 'ls -d /opt/kube /etc/kubernetes 2>/dev/null; true')).toBe('')
})

test('a WAL on a disk of its own, tuning values overridden, and the release from a file on the runner', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-archive-'))
  try {
    const archive = lab.mirror.archives[VERSION]?.file ?? ''
    await copyFile(archive, join(folder, basename(archive)))
    await lab.command('reset', '1')
    await lab.command('tmpfs', '1', '/srv/fast', '400M')
    const inputs = {
      ...(await lab.inputs([1], VERSION)),
      'wal-dir': '/srv/fast/wal',
      'etcd-args':
        '# less often\n--snapshot-count=7000\n--auto-compaction-retention=3\n--heartbeat-interval=150\n--election-timeout=1500',
      archive: join(folder, `etcd-v${VERSION}-linux-{arch}.tar.gz`),
      // Nothing answers there: a run that downloads fails.
      'download-base-url': `http://${lab.bridge}:9/nothing`,
    }
    await deployTwice({ lab, hosts: [1], inputs, options: {}, reset: false })
    const argv = await runningArgv(lab, 1)
    const values = (flag: string) => argv.filter((word) => word.startsWith(`--${flag}=`))
    expect(values('snapshot-count')).toEqual(['--snapshot-count=7000'])
    expect(values('auto-compaction-retention')).toEqual(['--auto-compaction-retention=3'])
    expect(values('auto-compaction-mode')).toEqual(['--auto-compaction-mode=periodic'])
    expect(values('heartbeat-interval')).toEqual(['--heartbeat-interval=150'])
    expect(values('wal-dir')).toEqual(['--wal-dir=/srv/fast/wal/wal'])
    expect(await lab.on(1, 'df --output=target /srv/fast/wal/wal/*.wal | tail -n 1')).toBe('/srv/fast\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
