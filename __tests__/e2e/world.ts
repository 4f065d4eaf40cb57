import type { Lab } from '../../lab/lab.js'

/** Where a deploy's traces are, for those that use other places than the defaults. */
export interface Places {
  readonly paths?: readonly string[]
  readonly service?: string
}

const PATHS = ['/opt/kube', '/etc/kubernetes', '/etc/systemd/system', '/var/lib/etcd-deploy']

/**
 * Everything on the hosts that a run with nothing to change must leave alone: inode, size, times, mode and owner of each
 * of our files, and the processes of the service with their start times.
 */
export const worldOf = (
  lab: Lab,
  hosts: readonly number[],
  { paths = [], service = 'etcd' }: Places = {},
): Promise<readonly string[]> =>
  Promise.all(
    hosts.map((host) =>
      lab.on(
        host,
        `find ${[...PATHS, ...paths].join(' ')} -exec stat -c "%n %i %s %Y %Z %a %U" {} + 2>/dev/null | sort; ` +
          `systemctl show -p MainPID,NRestarts,ExecMainStartTimestampMonotonic,ActiveState ${service}`,
      ),
    ),
  )
