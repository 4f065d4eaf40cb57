/** The mount that a directory is on. */
export interface MountFact {
  /** `MAJOR:MINOR` of the file system: two directories with the same share its room. */
  readonly device: string
  readonly point: string
  /** As the kernel calls it: "ext4", "tmpfs", "nfs4", "fuse.sshfs". */
  readonly type: string
  readonly noexec: boolean
}

/** A directory that somebody else than root could exchange names in, on the way to one of ours. */
export interface ExposedFact {
  /** Which one of ours. */
  readonly of: 'bin' | 'ca' | 'data' | 'wal' | 'unit' | 'state' | 'snapshot'
  readonly path: string
  /** "drwxrwxr-x, owner etcd". */
  readonly how: string
  /** It is `data-dir` or `wal-dir`, which have to be etcd's. */
  readonly isEtcds: boolean
}

/** The account of the service user, beyond that it exists. */
export interface AccountFact {
  readonly uid: string
  /** The first user with that id, by which files are shown; empty where it is not in /etc/passwd. */
  readonly nameOfUid: string
  /** There is a group of the user's name. */
  readonly groupExists: boolean
}
