import type { Desired } from '../cluster/desired.js'
import { quoteWord } from './exec-line.js'

/**
 * The lines that fence etcd in: it may write its own directories and speak TCP, nothing else. A fence that would hide one
 * of the configured paths is left out.
 */
export const sandboxLines = ({ layout, etcd }: Desired): readonly string[] => {
  const paths = [layout.binDir, layout.caDir, layout.dataDir, layout.walDir].filter((path) => path !== '')
  const clearOf = (...roots: string[]) =>
    !paths.some((path) => roots.some((root) => path === root || path.startsWith(`${root}/`)))
  const writable = [layout.dataDir, layout.walDir].filter((path) => path !== '').map(quoteWord)
  // Only root may bind ports below 1024.
  const capability = Math.min(etcd.clientPort, etcd.peerPort) < 1024 ? 'CAP_NET_BIND_SERVICE' : ''
  return [
    'NoNewPrivileges=yes',
    `CapabilityBoundingSet=${capability}`,
    ...(capability === '' ? [] : [`AmbientCapabilities=${capability}`]),
    'ProtectSystem=strict',
    `ReadWritePaths=${writable.join(' ')}`,
    ...(clearOf('/home', '/root', '/run/user') ? ['ProtectHome=yes'] : []),
    ...(clearOf('/tmp', '/var/tmp') ? ['PrivateTmp=yes'] : []),
    'PrivateDevices=yes',
    'DevicePolicy=closed',
    'ProtectClock=yes',
    'ProtectHostname=yes',
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelLogs=yes',
    'ProtectControlGroups=yes',
    'ProtectProc=invisible',
    '# AF_UNIX: etcd tells systemd over a socket that it is ready.',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'MemoryDenyWriteExecute=yes',
    'RemoveIPC=yes',
    'KeyringMode=private',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged @resources',
    'SystemCallErrorNumber=EPERM',
    'UMask=0077',
  ]
}
