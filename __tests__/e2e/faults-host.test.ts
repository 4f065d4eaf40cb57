import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { e2eLab, VERSION } from './lab.js'
import { refused } from './refusal.js'

describe('hosts that are not ready for a member', () => {
  let lab: Lab
  let address: (host: number) => string

  beforeAll(async () => {
    lab = await e2eLab()
    address = (host) => lab.hosts[host - 1]?.address ?? ''
    await lab.command('reset', 'all')
  })

  test('everything that is wrong on all hosts is told at once, before the first change', async () => {
    // A neighbour that nobody is: packets go and nobody answers, as behind a firewall that drops them.
    const nobody = `${address(1)} lladdr 02:00:00:00:00:01 dev eth0`
    await Promise.all([
      lab.command('occupy', '1', '2379'),
      lab.on(1, 'mkdir /var/lib/etcd && echo mine >/var/lib/etcd/notes'),
      lab.command('occupy', '2', '2380'),
      lab.command('occupy', '2', '2381', '127.0.0.1'),
      lab.command('clock', '3', '+1h'),
      lab.on(3, 'mkdir -p /etc/kubernetes').then(() => lab.command('readonly', '3', '/etc/kubernetes')),
      lab.command('readonly', '4', '/opt'),
      lab.command('tmpfs', '4', '/var/lib/etcd', '16M'),
      lab.command('tmpfs', '5', '/opt/kube', '16M'),
      lab.on(5, `systemctl mask etcd && ip neigh replace ${nobody} nud permanent`),
    ])
    const { failure, tookMs } = await refused(
      lab,
      await lab.inputs([1, 2, 3, 4, 5], VERSION),
      [1, 2, 3, 4, 5],
    )
    await lab.on(5, `ip neigh del ${nobody}`)
    await lab.command('reset', 'all')

    const says = (host: number, text: string): void =>
      expect(failure).toContain(`\n- etcd-${address(host)}: ${text}`)
    expect(failure).toContain('the hosts are not ready for a bootstrap')
    says(1, 'port 2379 is taken by systemd-socket')
    says(1, '/var/lib/etcd is not empty, though it holds no etcd member')
    says(2, 'port 2380 is taken by systemd-socket')
    says(2, 'port 2381 is taken by systemd-socket')
    expect(failure).toMatch(
      new RegExp(`etcd-${address(3)}: its clock is (60 min|59 min 5\\ds)[^:]* ahead of the runner's`),
    )
    says(3, '/etc/kubernetes/ssl cannot be written to')
    says(4, '/opt/kube/bin cannot be written to')
    says(4, '/var/lib/etcd has 16 MiB free, and 512 MiB are needed')
    says(5, '/opt/kube/bin has 16 MiB free, and 200 MiB are needed')
    says(5, 'etcd.service is masked')
    says(5, `cannot reach https://${address(1)}:2380 of etcd-${address(1)}`)
    says(1, `cannot reach https://${address(5)}:2380 of etcd-${address(5)}`)
    expect(failure).toContain('nothing was changed on any host')
    expect(tookMs).toBeLessThan(60_000)
  })
})
