import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult, type StartOptions } from '../../lab/runner.js'
import { e2eLab } from './lab.js'
import { type ClientTls, memberGateway } from './member-gateway.js'
import { clientCertificate } from './openssl.js'
import { saidBy } from './sampler.js'
import { makeToolCache, passed } from './shape.js'

/** A cluster that the action deployed, for tests that roll it and look at it from outside. */
export interface AtWork {
  readonly lab: Lab
  /** Numbers from 1. */
  readonly hosts: readonly number[]
  /** In the order of `hosts`. */
  readonly addresses: readonly string[]
  /** With a certificate that another program than ours made. */
  readonly client: ClientTls
  /** So that the action downloads each release once. */
  readonly options: StartOptions
  inputs(version: string, more?: Readonly<Record<string, string>>): Promise<Record<string, string>>
  go(version: string, more?: Readonly<Record<string, string>>): Promise<RunResult>
  name(host: number): string
  /** What a shell line prints on each host, trimmed. */
  onAll(line: string): Promise<readonly string[]>
  /** The version that each member serves. */
  versions(): Promise<readonly string[]>
  /** Number of the host that leads, as the members say; 0 where none does. */
  leaderNow(): Promise<number>
  /** When each member's etcd was started; hosts of one machine share that clock. */
  starts(): Promise<readonly number[]>
  /** Nothing is left of a roll on any host, or in etcd, but what it was for. */
  expectClean(): Promise<void>
  leave(): Promise<void>
}

/** What a roll may leave on a host: the store of releases and one word on how the last change ended. */
const LEFT_OVER =
  'ls -A /var/lib/etcd-deploy/etcd | grep -vx outcome; ls -A /etc/systemd/system /etc/systemd/system/*.wants /run/systemd/system /etc/kubernetes/ssl /opt/kube/bin | grep -i deploy; ' +
  'systemctl list-units --all --no-legend "etcd-deploy*"; systemctl list-timers --all --no-legend "*etcd*"; true'

/** A client of these hosts that trusts the lab's CA and has a certificate which another program than ours made. */
export const outsideClient = async (lab: Lab): Promise<ClientTls> => {
  const { 'client-cert': cert = '', 'client-key': key = '' } = await clientCertificate(lab)
  return { ca: await readFile(lab.ca.certFile, 'utf8'), cert, key }
}

/** Deploys `version` onto the first `size` hosts of the lab, blank before. */
export const clusterAtWork = async (size: number, version: string): Promise<AtWork> => {
  const lab = await e2eLab()
  await lab.command('reset', 'all')
  const hosts = Array.from({ length: size }, (_, index) => index + 1)
  const addresses = lab.hosts.slice(0, size).map(({ address }) => address)
  const client = await outsideClient(lab)
  const cache = await makeToolCache()
  const inputs: AtWork['inputs'] = async (version, more = {}) => ({
    ...(await lab.inputs(hosts, version)),
    soak: '0s',
    ...more,
  })
  const go: AtWork['go'] = async (version, more) => run(await inputs(version, more), cache.options)
  const onAll: AtWork['onAll'] = (line) =>
    Promise.all(hosts.map(async (host) => (await lab.on(host, line)).trim()))
  const askAll = () =>
    Promise.all(
      addresses.map(async (address) => {
        const { ask, close } = memberGateway(address, client)
        const said = await saidBy(ask).catch(() => undefined)
        close()
        return said
      }),
    )
  const keysOfCanary = async (): Promise<unknown> => {
    const { ask, close } = memberGateway(addresses[0]!, client)
    const to64 = (text: string): string => Buffer.from(text).toString('base64')
    const range = { key: to64('etcd-deploy/'), range_end: to64('etcd-deploy0'), count_only: true }
    const keys = await ask('/v3/kv/range', range)
    const leases = await ask('/v3/lease/leases', {})
    close()
    return [keys['count'], leases['leases']]
  }
  passed(await go(version))
  return {
    ...{ lab, hosts, addresses, client, options: cache.options, inputs, go, onAll },
    name: (host) => `etcd-${addresses[host - 1]}`,
    versions: async () => (await askAll()).map((said) => said?.version ?? ''),
    leaderNow: async () => (await askAll()).findIndex((said) => said && said.id === said.leader) + 1,
    starts: async () =>
      (await onAll('systemctl show -p ExecMainStartTimestampMonotonic --value etcd')).map(Number),
    expectClean: async () => {
      await expect.poll(() => onAll(LEFT_OVER), { timeout: 5000 }).toEqual(hosts.map(() => ''))
      expect(await keysOfCanary()).toEqual([undefined, undefined])
    },
    leave: cache.remove,
  }
}
