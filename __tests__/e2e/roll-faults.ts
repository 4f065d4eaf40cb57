import { join } from 'node:path'
import { expect } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { e2eLab } from './lab.js'
import { shownLog } from './shape.js'

export const HOSTS = [1, 2, 3]
export const FROM = '3.5.16'

/** A cluster of three that holds one acknowledged key. */
export interface Rollable {
  readonly lab: Lab
  /** Inputs for a version: short waits, no soak. */
  readonly inputs: (version: string) => Promise<Record<string, string>>
  readonly name: (host: number) => string
}

export const rollable = async (
  from = FROM,
  prepare: (lab: Lab) => Promise<void> = () => Promise.resolve(),
): Promise<Rollable> => {
  const lab = await e2eLab()
  await lab.command('reset', 'all')
  await prepare(lab)
  const inputs = async (version: string) => ({
    ...(await lab.inputs(HOSTS, version)),
    ...{ 'health-timeout': '15s', soak: '0s' },
  })
  const deployed = await run(await inputs(from))
  expect(deployed.exitCode, shownLog(deployed)).toBe(0)
  await lab.on(1, `${etcdctl(lab, 1)} put kept 'since before'`)
  return { lab, inputs, name: (host) => `etcd-${lab.hosts[host - 1]!.address}` }
}

/** etcdctl with the endpoint of that host, as a shell line for it. */
export const etcdctl = (lab: Lab, host: number): string =>
  `/opt/kube/bin/etcdctl --endpoints=https://${lab.hosts[host - 1]!.address}:2379 --cacert=/etc/kubernetes/ssl/ca.pem ` +
  '--cert=/etc/kubernetes/ssl/etcd.pem --key=/etc/kubernetes/ssl/etcd-key.pem'

/** A hook that does something to the host of the `turn`-th member that it is called for, counted from 1. `lab` is the lab's command. */
export const atTurn = (lab: Lab, turn: number, act: (host: number, lab: string) => string): string => {
  const command = `${join(import.meta.dirname, '../../lab/lab')} --lab ${lab.lab}`
  const cases = HOSTS.map((host) => `etcd-${lab.hosts[host - 1]!.address}) ${act(host, command)} ;;`).join(
    ' ',
  )
  return `echo >>turns; [ $(wc -l <turns) != ${turn} ] || case $ETCD_DEPLOY_MEMBER in ${cases} esac`
}

export const mainPids = (lab: Lab): Promise<readonly string[]> =>
  Promise.all(HOSTS.map(async (host) => (await lab.on(host, 'systemctl show -P MainPID etcd')).trim()))

/** Every member serves reads of the key that was there before, and takes a write. */
export const servesOn = async (lab: Lab, hosts: readonly number[]): Promise<void> => {
  const seen = await Promise.all(
    hosts.map((host) =>
      lab.on(
        host,
        `${etcdctl(lab, host)} put written now >/dev/null && ${etcdctl(lab, host)} get kept --print-value-only`,
      ),
    ),
  )
  expect(seen).toEqual(hosts.map(() => 'since before\n'))
}

/** The same inputs once more, without hooks: what was left over is made as asked. */
export const goesOn = async (lab: Lab, inputs: Record<string, string>): Promise<RunResult> => {
  const result = await run({ ...inputs, 'before-member': '', 'after-member': '' })
  expect(result.exitCode, shownLog(result)).toBe(0)
  expect(result.outputs).toMatchObject({ healthy: 'true', changed: 'true', failure: '' })
  await servesOn(lab, HOSTS)
  return result
}

/** The same, and after it nothing is left: not to do, and not on the hosts. */
export const converges = async (lab: Lab, inputs: Record<string, string>): Promise<RunResult> => {
  const first = await goesOn(lab, inputs)
  const pids = await mainPids(lab)
  const second = await run({ ...inputs, 'before-member': '', 'after-member': '' })
  expect(second.outputs, shownLog(second)).toMatchObject({ healthy: 'true', changed: 'false', failure: '' })
  expect(await mainPids(lab)).toEqual(pids)
  const left = await Promise.all(
    HOSTS.map((host) =>
      lab.on(
        host,
        'ls /var/lib/etcd-deploy/etcd; systemctl list-units --all --no-legend "etcd-deploy-revert*"',
      ),
    ),
  )
  expect(left).toEqual(HOSTS.map(() => 'outcome\n'))
  return first
}
