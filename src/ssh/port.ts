import type { Duplex, Readable } from 'node:stream'

/**
 * A command for a host, as a value: a constant POSIX sh script and the data it works on. It runs in a clean environment, with a PATH
 * of the usual folders, LC_ALL=C and nothing of what the login sets, and prints text (no NUL). Data never enters the script text; it comes as positional parameters ($1, $2, ..., quoted in one place) or on stdin. Secrets only ever go to stdin.
 */
export interface Command {
  /** What it does, for errors and debug transcripts: "read host facts". */
  readonly label: string
  readonly script: string
  readonly args?: readonly string[]
  /** A stream is destroyed when the command ends, read to its end or not. */
  readonly stdin?: string | Uint8Array | Readable
  /**
   * Milliseconds until it is given up; the outcome is then unknown. The host ends what is still running 2 s later.
   * For a held command: until it is ready. Waiting for a free session of the connection comes on top.
   */
  readonly timeoutMs: number
  /** How many bytes it may print on stdout, 1 MiB where not given; stderr: 1 MiB. More is a failure, and not read. */
  readonly mostBytes?: number
  /**
   * Its stdout is too large for the host to collect it first, and comes as it is printed. Whoever reads it has to check it: what something
   * else on the host prints in its midst is not noticed.
   */
  readonly bulk?: true
  /** Its output is the data of the users of this cluster: no transcript shows it. */
  readonly userData?: true
}

/** What came back from a command that ran to its end. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A command that goes on until it is released: the lock holder. */
export interface HeldCommand {
  /** Resolves when the command ends, wanted or not. */
  readonly ended: Promise<void>
  /** Closes its stdin and waits for its end, 5 s at most. */
  release(): Promise<void>
}

/** One SSH connection to one host; every room that works on hosts takes this port, never a library's type. */
export interface HostSession {
  /** Name of the member that lives there. */
  readonly member: string
  /** `USER@HOST:PORT`, for messages. */
  readonly target: string
  /**
   * Runs a command as root (through `sudo -n` where the login is another user).
   * Throws Failure when it could not be run to its end (lost connection, deadline, killed by a signal, more output than it may
   * have), or when its answer was mixed up with other output: `state` says whether it was not started or its outcome is unknown; never
   * success. A non-zero exit is a result, not an error. What a login prints before and behind the answer is not in the result.
   */
  run(command: Command): Promise<CommandResult>
  /**
   * Starts a command that stays open until released. Resolves once it has printed `ready` as a line of its own on stdout;
   * rejects with Failure when it ends before that (its output is in the failure's why).
   */
  hold(command: Command): Promise<HeldCommand>
  /**
   * A TCP connection made by the host to `address:port`, as a stream; rejects with OpenFailure. Prefer an IP address:
   * sshd resolves a name while everything else on the connection waits.
   */
  openTcp(address: string, port: number, timeoutMs: number): Promise<Duplex>
  close(): Promise<void>
}

/** Why a forwarded connection could not be opened. */
export class OpenFailure extends Error {
  constructor(
    /** `refused`: the far side answered that nothing listens; `prohibited`: the SSH server forbids forwarding. */
    readonly kind: 'refused' | 'prohibited' | 'failed' | 'timeout',
    message: string,
  ) {
    super(message)
    this.name = 'OpenFailure'
  }
}
