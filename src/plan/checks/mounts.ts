import type { HostObserved } from '../../cluster/observed.js'
import type { Check } from './check.js'

/** Programs cannot be started from everywhere; scripts that we run come over the connection and need no such place. */
export const executable: Check = {
  name: 'bin-dir can be executed from',
  stops: ['found', 'restart', 'install'],
  find: ({ desired: { layout }, host: { binDir } }) =>
    binDir.mount?.noexec === true
      ? [
          {
            problem: `${layout.binDir} is on a file system that is mounted noexec (${binDir.mount.point}), and no program can be started there`,
            next: `mount it without noexec (mount -o remount,exec ${binDir.mount.point}, and in /etc/fstab), or choose another bin-dir`,
          },
        ]
      : [],
}

const IN_MEMORY = /^(?:tmpfs|ramfs)$/
const OVER_NETWORK =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|9p|ceph|afs|lustre|glusterfs|gfs2|ocfs2|fuse\.(?:glusterfs|ceph|sshfs|s3fs|rclone))$/

/** Places where etcd runs, but not as its data deserves: worth a word, and no reason to stop. */
export const storageNotes = (host: HostObserved, { dataDir, walDir }: Paths): readonly string[] =>
  [
    { path: dataDir, mount: host.dataDir.mount },
    { path: walDir, mount: host.walDir?.mount },
  ].flatMap(({ path, mount }) => {
    if (mount === undefined) return []
    if (IN_MEMORY.test(mount.type))
      return [
        `${host.member}: ${path} is on ${mount.type}, in memory: what its member has written is gone when the host restarts`,
      ]
    return OVER_NETWORK.test(mount.type)
      ? [
          `${host.member}: ${path} is on ${mount.type}: etcd waits for its disk at every write, and one over a network is slow and fails with that network`,
        ]
      : []
  })

interface Paths {
  readonly dataDir: string
  readonly walDir: string
}
