/** Why a program that is there could not be started, and what to do; clauses. */
export interface CannotRun {
  readonly why: string
  readonly next: string
}

/**
 * What a host's words on a program that it could not start come from: the kernel's by way of timeout(1) or a shell, or those of the
 * program loader. undefined where they tell nothing of that.
 */
export const cannotRun = (said: string, binDir: string): CannotRun | undefined => {
  const found = REASONS.find(({ pattern }) => pattern.test(said))
  return found && { why: `${found.why} (${said})`, next: found.next(binDir) }
}

const REASONS: readonly {
  readonly pattern: RegExp
  readonly why: string
  readonly next: (binDir: string) => string
}[] = [
  {
    pattern: /permission denied|operation not permitted/i,
    why: 'its etcd may not be started there',
    next: (binDir) =>
      `check that ${binDir} is not on a file system that is mounted noexec (look at /proc/mounts), and that no security policy of the host forbids it (SELinux, AppArmor, fapolicyd)`,
  },
  {
    // Its loader says more than that of a file that is damaged.
    pattern: /cannot open shared object file/i,
    why: 'its etcd needs libraries that this host does not have',
    next: () => 'give a release archive as etcd publishes it, whose binaries need none, or install them',
  },
  {
    // Of a file that is there: its loader is not.
    pattern: /no such file or directory|required file not found/i,
    why: 'its etcd needs a program loader (ld.so) that this host does not have',
    next: () => 'give a release archive as etcd publishes it, whose binaries need none',
  },
  {
    pattern: /cannot allocate memory|out of memory/i,
    why: 'the host has no memory left to start etcd',
    next: () => 'look at free -m there',
  },
  {
    pattern: /text file busy/i,
    why: 'its etcd is being written by somebody else',
    next: () => 'run again once that has ended',
  },
]
