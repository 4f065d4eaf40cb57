/** The mount that a directory is on. */
export interface MountFact {
  /** `MAJOR:MINOR` of the file system: two directories with the same share its room. */
  readonly device: string
  readonly point: string
  /** As the kernel calls it: "ext4", "tmpfs", "nfs4", "fuse.sshfs". */
  readonly type: string
  readonly noexec: boolean
}

/** The account of the service user, beyond that it exists. */
export interface AccountFact {
  readonly uid: string
  /** The first user with that id, by which files are shown; empty where it is not in /etc/passwd. */
  readonly nameOfUid: string
  /** There is a group of the user's name. */
  readonly groupExists: boolean
}
