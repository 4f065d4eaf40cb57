/**
 * The unit of the document (kubeasz, docs/setup/02-install_etcd.md) for one member, line by line, without blank lines and
 * continuation signs: its own form, with the plain listener on loopback.
 */
export const documentUnit = (address: string, cluster: string): readonly string[] => [
  ...['[Unit]', 'Description=Etcd Server', 'After=network.target', 'After=network-online.target'],
  ...['Wants=network-online.target', 'Documentation=https://github.com/coreos'],
  ...['[Service]', 'Type=notify', 'WorkingDirectory=/var/lib/etcd', 'ExecStart=/opt/kube/bin/etcd'],
  `--name=etcd-${address}`,
  ...['--cert-file=/etc/kubernetes/ssl/etcd.pem', '--key-file=/etc/kubernetes/ssl/etcd-key.pem'],
  ...['--peer-cert-file=/etc/kubernetes/ssl/etcd.pem', '--peer-key-file=/etc/kubernetes/ssl/etcd-key.pem'],
  ...['--trusted-ca-file=/etc/kubernetes/ssl/ca.pem', '--peer-trusted-ca-file=/etc/kubernetes/ssl/ca.pem'],
  `--initial-advertise-peer-urls=https://${address}:2380`,
  `--listen-peer-urls=https://${address}:2380`,
  `--listen-client-urls=https://${address}:2379,http://127.0.0.1:2379`,
  `--advertise-client-urls=https://${address}:2379`,
  ...['--initial-cluster-token=etcd-cluster-0', `--initial-cluster=${cluster}`],
  ...['--initial-cluster-state=new', '--data-dir=/var/lib/etcd', '--wal-dir=', '--snapshot-count=50000'],
  ...['--auto-compaction-retention=1', '--auto-compaction-mode=periodic'],
  ...['--max-request-bytes=10485760', '--quota-backend-bytes=8589934592'],
  ...['Restart=always', 'RestartSec=15', 'LimitNOFILE=65536', 'OOMScoreAdjust=-999'],
  ...['[Install]', 'WantedBy=multi-user.target'],
]

/** Those lines as systemd takes them: the flags belong to one command. */
export const unitText = (lines: readonly string[]): string =>
  lines
    .map((line, index) =>
      /^(ExecStart|--)/.test(line) && lines[index + 1]?.startsWith('--') ? `${line} \\` : line,
    )
    .join('\n')
    .concat('\n')

/**
 * What a unit of ours has besides the document's lines where hardening is off: TLS on both sides, metrics, no start limit, no start
 * without the log, and no proxy between members.
 */
const OURS = [
  'AssertPathExists=/var/lib/etcd/member/wal',
  '--client-cert-auth=true',
  '--peer-client-cert-auth=true',
  '--listen-metrics-urls=http://127.0.0.1:2381',
  'TimeoutStartSec=infinity',
  'UnsetEnvironment=HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy',
]

/** A unit's lines that the document has to have, in their order; throws where one of our own additions is missing. */
export const documentPart = (unit: string): readonly string[] => {
  const lines = unit
    .split('\n')
    .map((line) => line.replace(/ \\$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const missing = OURS.filter((line) => !lines.includes(line))
  if (missing.length > 0) throw new Error(`not in the unit: ${missing.join(', ')}`)
  return lines.filter((line) => !OURS.includes(line))
}
