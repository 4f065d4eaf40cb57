import type { AtWork } from './cluster-at-work.js'

/** Systemd starts anew and reads its own settings; until it is there again, whoever asks it something is turned away. */
const REEXEC =
  'systemctl daemon-reexec; timeout 60 sh -c "until systemctl show -P Version >/dev/null 2>&1; do sleep 0.1; done"'

const METRICS = "exec 3<>/dev/tcp/127.0.0.1/2381; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"

/** Links between members that etcd itself says are up, each in its own direction: six where three members see each other. */
export const linksUp = async ({ onAll }: AtWork): Promise<number> => {
  const told = await onAll(`bash -c "${METRICS}" | grep -c '^etcd_network_active_peers{.*} 1$' || true`)
  return told.reduce((sum, count) => sum + Number(count), 0)
}

/** Gives every service of these hosts variables from now on, as an administrator who sets a proxy for the whole host does. */
export const giveAll = async (
  cluster: AtWork,
  hosts: readonly number[],
  variables: string,
): Promise<void> => {
  const folder = '/etc/systemd/system.conf.d'
  const lines = `[Manager]\\nDefaultEnvironment=${variables}\\n`
  for (const host of hosts) {
    await cluster.lab.on(host, `mkdir -p ${folder}; printf '${lines}' >${folder}/test.conf; ${REEXEC}`)
  }
}

/** Takes them away again. */
export const takeFromAll = async (cluster: AtWork): Promise<void> => {
  await cluster.onAll(`rm -f /etc/systemd/system.conf.d/test.conf; ${REEXEC}`)
}

export const DROP_IN = '/etc/systemd/system/etcd.service.d/50-test.conf'

/** Writes a drop-in of etcd's service and has systemd read it; `lines` as printf takes them. */
export const dropIn = async (
  cluster: AtWork,
  host: number,
  lines: string,
  path: string = DROP_IN,
): Promise<void> => {
  await cluster.lab.on(
    host,
    `mkdir -p ${path.replace(/\/[^/]*$/, '')}; printf '[Service]\\n${lines}\\n' >${path}; systemctl daemon-reload`,
  )
}

/** Removes drop-ins of the tests, and lets etcd start without them where it has to. */
export const removeDropIns = async (cluster: AtWork, ...paths: readonly string[]): Promise<void> => {
  await cluster.onAll(`rm -f ${[DROP_IN, ...paths].join(' ')}; systemctl daemon-reload`)
}

/** `from` opens no connection to the peer port of `to` any more; those that stand, and the other direction, go on. */
export const cutOneWay = async (cluster: AtWork, from: number, to: number): Promise<void> => {
  await cluster.lab.on(from, `ip rule add ${ruleTo(cluster, to)}`)
}

export const mendOneWay = async (cluster: AtWork, from: number, to: number): Promise<void> => {
  await cluster.lab.on(from, `ip rule del ${ruleTo(cluster, to)}`)
}

/** 6: TCP; the hosts have no list of protocols. */
const ruleTo = ({ addresses }: AtWork, to: number): string =>
  `to ${addresses[to - 1]} ipproto 6 dport 2380 blackhole`
