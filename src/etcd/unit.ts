import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import { toolPath } from '../cluster/places.js'
import { quoteArgument, quotePath, quoteProgram } from './exec-line.js'
import { memberFlags, type FlagOptions } from './flags.js'
import { logGuard } from './log-guard.js'
import { sandboxLines } from './sandbox.js'
import { PROXY_VARIABLES } from './settings/proxy.js'

export interface UnitOptions extends FlagOptions {
  /**
   * The member has its log, and is not started without it. Not while it is founded, joins or is restored: it has none then.
   */
  readonly founded: boolean
}

/**
 * The member's systemd unit, whole: the document's lines with its values (kubeasz, docs/setup/02-install_etcd.md), each
 * flag on a line of its own, and what the inputs add to it. The same inputs always give the same text.
 * Throws Failure where the inputs contradict each other.
 */
export const renderUnit = (desired: Desired, member: Member, options: UnitOptions): string => {
  const { layout, etcd } = desired
  const flags = memberFlags(desired, member, options).map(({ name, value }) =>
    quoteArgument(`--${name}=${value}`),
  )
  return [
    '# Written by etcd-deploy, which replaces changes made here: change its inputs instead.',
    '[Unit]',
    'Description=Etcd Server',
    'After=network.target',
    'After=network-online.target',
    'Wants=network-online.target',
    'Documentation=https://github.com/coreos',
    ...(options.founded ? logGuard(layout) : []),
    '',
    '[Service]',
    'Type=notify',
    ...(layout.serviceUser === 'root' ? [] : [`User=${layout.serviceUser}`, `Group=${layout.serviceUser}`]),
    `WorkingDirectory=${quotePath(layout.dataDir)}`,
    `ExecStart=${[quoteProgram(toolPath(layout, 'etcd')), ...flags].join(' \\\n  ')}`,
    'Restart=always',
    'RestartSec=15',
    '# A member is ready only once it has a quorum: killing it after 90 s would keep a cluster with few members up',
    '# from ever coming back.',
    'TimeoutStartSec=infinity',
    'LimitNOFILE=65536',
    'OOMScoreAdjust=-999',
    ...(etcd.keepProxy
      ? []
      : [
          '# etcd would connect to its peers by way of a proxy that is set for the whole host.',
          `UnsetEnvironment=${PROXY_VARIABLES.join(' ')}`,
        ]),
    ...(etcd.hardening ? ['', ...sandboxLines(desired)] : []),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')
}
