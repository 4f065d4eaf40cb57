import type { EtcdFlag } from '../../cluster/desired.js'
import type { UpgradeFacts } from '../../cluster/observed.js'

/** The release that a member serves now. */
export interface MemberVersion {
  readonly member: string
  /** X.Y.Z; empty where it could not be told. */
  readonly version: string
  /** Of its data, X.Y.Z as 3.6 and later tell it; empty or absent where it does not. */
  readonly storageVersion?: string
  /** X.Y.Z that etcd was told to go back to; absent where it was not. */
  readonly downgradeTo?: string
}

export interface UpgradeQuestion {
  readonly from: readonly MemberVersion[]
  /** X.Y.Z. */
  readonly to: string
  /** What the members are to be started with. */
  readonly flags: readonly EtcdFlag[]
  /** What was looked at for this upgrade; what is absent is not known. */
  readonly facts?: UpgradeFacts | undefined
}

export type UpgradeJudgement =
  | {
      readonly ok: true
      /** It crosses a minor version upwards: once the last member is there, none can go back. */
      readonly minor: boolean
      readonly notes: readonly string[]
    }
  | {
      readonly ok: false
      /** One clause. */
      readonly reason: string
      /** Releases in order, the present one first, that lead to where it was to go; empty where that is not the way. */
      readonly path: readonly string[]
      /** The way that works, one clause. */
      readonly next: string
    }
