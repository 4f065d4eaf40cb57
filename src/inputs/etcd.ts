import { isIP } from 'node:net'
import type { DesiredEtcd, EtcdFlag } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import { judgeFlag } from '../etcd/judge-flag.js'
import { complete, type Form } from './form.js'
import type { Ports } from './members.js'
import { parseBoolean, oneOf, portLike } from './parse/scalar.js'
import { parseEtcdFlag } from './parse/etcd-flag.js'
import { linesOf, parseEach } from './parse/list.js'
import { parseClusterToken } from './parse/name.js'

/** Where etcd serves metrics and its ready endpoint on every host. */
const METRICS_PORT = 2381

export const readPorts = (form: Form): Ports => {
  const client = form.ask('client-port', portLike('2379'))
  const peer = form.ask('peer-port', portLike('2380'))
  if (client !== undefined && client === peer) {
    form.fault('peer-port', {
      value: String(peer),
      rule: 'is client-port as well; each needs its own',
      example: '2380',
    })
  }
  for (const [input, port, example] of [
    ['client-port', client, '2379'],
    ['peer-port', peer, '2380'],
  ] as const) {
    if (port === METRICS_PORT) {
      form.fault(input, {
        value: String(port),
        rule: 'is the port on which etcd serves its metrics',
        example,
      })
    }
  }
  return { client, peer }
}

export interface EtcdNeeds {
  readonly ports: Ports
  /** service-user, which decides on which ports etcd may listen. */
  readonly user: string | undefined
  readonly members: readonly Member[]
  /** X.Y.Z; empty where it is left out, or no version. */
  readonly version: string
}

/** Reads how etcd itself is run. */
export const readEtcd = (
  form: Form,
  { ports, user, members, version }: EtcdNeeds,
): DesiredEtcd | undefined => {
  const localHttpListener = form.ask('local-http-listener', parseBoolean)
  const hardening = form.ask('hardening', parseBoolean)
  if (localHttpListener === true) {
    form.warn(
      'local-http-listener is true: every local user and every program on the hosts can read and write everything ' +
        'in etcd without a certificate',
    )
  }
  if (localHttpListener === true) checkLocalListener(form, members)
  // The hardened unit hands etcd the capability to listen there.
  if (hardening === false && user !== undefined && user !== 'root') checkLowPorts(form, ports, user)
  return complete<DesiredEtcd>({
    clientPort: ports.client,
    peerPort: ports.peer,
    clusterToken: form.askOr('cluster-token', parseClusterToken, ''),
    clusterState: form.ask('cluster-state', oneOf(['auto', 'new', 'existing'])),
    localHttpListener,
    keepProxy: form.ask('keep-proxy', parseBoolean),
    hardening,
    args: readArgs(form, version),
  })
}

const EXAMPLE = '--heartbeat-interval=200'

/** Values may hold commas, so only lines separate flags. `version`: that is to take them; empty: not known yet. */
const readArgs = (form: Form, version: string): readonly EtcdFlag[] | undefined => {
  const { values, faults } = parseEach(linesOf(form.text('etcd-args')), parseEtcdFlag)
  for (const fault of faults) form.fault('etcd-args', fault)
  const names = values.map(({ name }) => name)
  const wrong = values.flatMap((flag, index) => {
    const judgement = judgeFlag(version, flag)
    const said = judgement?.ofValue === true ? `--${flag.name}=${flag.value}` : `--${flag.name}`
    if (judgement?.verdict === 'warned') form.warn(`etcd-args: ${said} ${judgement.says}`)
    if (judgement?.verdict === 'refused') return [{ value: said, rule: judgement.says }]
    return names.indexOf(flag.name) === index
      ? []
      : [{ value: `--${flag.name}`, rule: 'is given more than once' }]
  })
  for (const fault of wrong) form.fault('etcd-args', { ...fault, example: EXAMPLE })
  return faults.length + wrong.length === 0 ? values : undefined
}

const checkLowPorts = (form: Form, ports: Ports, user: string): void => {
  for (const [input, port, example] of [
    ['client-port', ports.client, '2379'],
    ['peer-port', ports.peer, '2380'],
  ] as const) {
    if (port === undefined || port >= 1024) continue
    const rule = `is below 1024, where ${user} (service-user) may listen only with hardening set to true`
    form.fault(input, { value: String(port), rule, example })
  }
}

/** The listener is on 127.0.0.1; a member that listens there already, or on every address, leaves no room for it. */
const checkLocalListener = (form: Form, members: readonly Member[]): void => {
  for (const { address, name } of members) {
    const why =
      isIP(address) === 0 ? 'by a DNS name, so etcd listens on every address' : 'by 127.0.0.1 itself'
    if (isIP(address) !== 0 && address !== '127.0.0.1') continue
    const rule = `cannot be: ${name} is addressed ${why}, where 127.0.0.1 is taken already`
    form.fault('local-http-listener', { value: 'true', rule, example: 'false' })
  }
}
