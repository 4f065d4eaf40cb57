import { expect } from 'vitest'
import { run, type RunResult } from '../../lab/runner.js'
import type { AtWork } from './cluster-at-work.js'
import { base64, memberGateway } from './member-gateway.js'
import { refused, tracesOf } from './refusal.js'
import { etcdctl } from './roll-faults.js'
import { readBack } from './writers.js'

/** What a unit has that was written before units asked for the log of their member, or by hand. */
export const UNGUARDED =
  'sed -i /^AssertPathExists=/d /etc/systemd/system/etcd.service && systemctl daemon-reload'

export const guardOf = (cluster: AtWork): Promise<readonly string[]> =>
  cluster.onAll('grep ^AssertPathExists= /etc/systemd/system/etcd.service || true')

export const GUARD = 'AssertPathExists=/var/lib/etcd/member/wal'

/** Processes of all members, each with its start: who is the same afterwards was not restarted. */
export const processes = (cluster: AtWork): Promise<readonly string[]> =>
  cluster.onAll('systemctl show -p MainPID,ExecMainStartTimestampMonotonic etcd')

/** Writes keys `prefix`1 to `prefix`N through host 1. */
export const putKeys = async (cluster: AtWork, prefix: string, count: number, host = 1): Promise<void> => {
  const { ask, close } = memberGateway(cluster.addresses[host - 1]!, cluster.client, { timeoutMs: 20_000 })
  for (let number = 1; number <= count; number++) {
    await ask('/v3/kv/put', { key: base64(`${prefix}${number}`), value: base64('kept') })
  }
  close()
}

/** How many keys under `prefix` each member has, as it says itself. */
export const keysOn = (cluster: AtWork, prefix: string): Promise<readonly number[]> =>
  Promise.all(
    cluster.addresses.map(async (address) => (await readBack(address, cluster.client, prefix)).size),
  )

/**
 * Stops all members, takes the disks of these hosts out and puts empty ones in, and boots them while the others are still off, so that
 * none with data tells them what they were. The others are started then.
 */
export const loseDisks = async ({ lab, onAll }: AtWork, lost: readonly number[]): Promise<void> => {
  await onAll('systemctl stop etcd')
  for (const host of lost) await lab.on(host, 'mkdir -p /root/disk && mv /var/lib/etcd/member /root/disk/')
  await lab.command('reboot', ...lost.map(String))
  await onAll('systemctl start --no-block etcd || true')
}

/** The disks that were taken out come back, and the services are started as the refusal said. */
export const bringBack = async ({ lab, onAll }: AtWork, lost: readonly number[]): Promise<void> => {
  for (const host of lost)
    await lab.on(host, 'rm -rf /var/lib/etcd/member && mv /root/disk/member /var/lib/etcd/')
  await onAll('systemctl start --no-block etcd')
  await onAll('timeout 60 sh -c "until systemctl is-active -q etcd; do sleep 0.2; done"')
}

/** Waits until etcd listens for its peers on these hosts, and until systemd has judged its start on those without a disk. */
export const settledDown = async (
  { lab }: AtWork,
  waiting: readonly number[],
  lost: readonly number[],
): Promise<void> => {
  const until = (line: string): string => `timeout 60 sh -c 'until ${line}; do sleep 0.2; done'`
  for (const host of waiting) await lab.on(host, until('ss -Hltn | grep -q ":2380 "'))
  for (const host of lost)
    await lab.on(host, until('[ "$(systemctl show -P AssertTimestampMonotonic etcd)" != 0 ]'))
}

/** What systemd says of a service that it refuses to start, and what is in its place. */
export const refusedStart = (cluster: AtWork, host: number): Promise<string> =>
  cluster.lab.on(
    host,
    'for of in ActiveState AssertResult MainPID; do systemctl show -P $of etcd; done | tr "\\n" " "; ls /var/lib/etcd',
  )

/** What deploy is refused with, touching nothing; a plan is, in the same words. */
export const refusedAlike = async (cluster: AtWork, version: string): Promise<string> => {
  const inputs = await cluster.inputs(version)
  const before = await tracesOf(cluster.lab, cluster.hosts)
  const plan = await run({ ...inputs, operation: 'plan' }, cluster.options)
  expect(await tracesOf(cluster.lab, cluster.hosts)).toEqual(before)
  const { failure } = await refused(cluster.lab, inputs, cluster.hosts)
  expect([plan.exitCode, plan.outputs['failure']]).toEqual([1, failure])
  return failure
}

export const health = async (cluster: AtWork, version: string): Promise<RunResult> =>
  run(await cluster.inputs(version, { operation: 'health', 'health-timeout': '10s' }), cluster.options)

/**
 * Makes a cluster that grew from one member: each of the others was added at run time and joined, and all units say what the first
 * cluster's would have said. Its hosts have what a deploy puts there, and no data.
 */
export const growByHand = async (cluster: AtWork): Promise<void> => {
  const { lab, hosts, addresses, onAll, name } = cluster
  const unit = '/etc/systemd/system/etcd.service'
  await onAll(`systemctl stop etcd; rm -rf /var/lib/etcd/member; cp ${unit} /root/full.service; ${UNGUARDED}`)
  for (const host of hosts) {
    const list = addresses
      .slice(0, host)
      .map((address) => `etcd-${address}=https://${address}:2380`)
      .join(',')
    if (host > 1) {
      const add = `${etcdctl(lab, 1)} member add ${name(host)} --peer-urls=https://${addresses[host - 1]}:2380`
      // etcd takes no member within five seconds of another one's start.
      await lab.on(1, `timeout 60 sh -c 'until ${add}; do sleep 0.5; done' >/dev/null`)
    }
    const state = host > 1 ? 'existing' : 'new'
    await lab.on(
      host,
      `sed -i 's|--initial-cluster=[^ ]*|--initial-cluster=${list}|; s|--initial-cluster-state=new|--initial-cluster-state=${state}|' ${unit}; systemctl daemon-reload; systemctl start etcd`,
    )
  }
  await onAll(
    `grep -v ^AssertPathExists= /root/full.service >${unit}; systemctl daemon-reload; rm /root/full.service`,
  )
}
