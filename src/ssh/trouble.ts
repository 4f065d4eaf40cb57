import type { KeyName } from './public-key.js'
import type { HostKeyVerdict } from './known-hosts.js'
import type { OpenFailure } from './port.js'

/** Every way in which a connection can fail, as data; `connect-failure.ts` has the words. */
export type ConnectTrouble =
  /** The operating system's answer to a connection attempt, e.g. `ECONNREFUSED`, `ENOTFOUND`. */
  | { readonly kind: 'socket'; readonly code: string; readonly message: string }
  /** The last jump host could not reach the host. */
  | { readonly kind: 'forward'; readonly failure: OpenFailure; readonly hop: string }
  | { readonly kind: 'timeout'; readonly stage: Stage; readonly afterMs: number }
  | {
      readonly kind: 'host-key'
      readonly verdict: HostKeyVerdict
      readonly key: KeyName
      readonly line: string
    }
  /** `said`: what the server said of it, its words; empty where it said nothing. */
  | {
      readonly kind: 'login'
      readonly attempt: LoginAttempt
      readonly ending: LoginEnding
      readonly said: string
    }
  | { readonly kind: 'agent'; readonly message: string }
  | { readonly kind: 'algorithms'; readonly message: string }
  /** The other side hung up, or spoke something that is not SSH. */
  | { readonly kind: 'closed'; readonly stage: Stage; readonly message: string }

/** How far a connection had come. */
export type Stage = 'tcp' | 'handshake' | 'login'

/** How a login was refused: no method was left, the server closed the connection, or it had enough of wrong keys. */
export type LoginEnding = 'refused' | 'closed' | 'too-many'

/** What was tried to log in. */
export interface LoginAttempt {
  readonly user: string
  /** Methods the server said it would take: `publickey`, `password`, ... */
  readonly offered: readonly string[]
  /** `nothing`: neither a key nor an agent was there. */
  readonly source: 'key' | 'agent' | 'nothing'
  readonly keys: readonly KeyName[]
  /** The key was taken, and the server wants what is in `offered` as well. */
  readonly partial: boolean
}

/** Carries a trouble from where it is found to where it gets its words. */
export class TroubleError extends Error {
  constructor(readonly trouble: ConnectTrouble) {
    super(trouble.kind)
    this.name = 'TroubleError'
  }
}
