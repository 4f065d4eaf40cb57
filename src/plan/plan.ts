/** Something that is not as it has to be before the first change; all of them are reported together. */
export interface Finding {
  /** Member name. */
  readonly member: string
  /** What is wrong, one clause. */
  readonly problem: string
  /** What to do about it, one clause. */
  readonly next: string
}

/** One change, with the reason for it. Holds no secret: plans are printed. */
export type Step =
  | { readonly kind: 'create-user'; readonly member: string; readonly reason: string }
  | { readonly kind: 'install-release'; readonly member: string; readonly reason: string }
  | { readonly kind: 'place-certificates'; readonly member: string; readonly reason: string }
  | { readonly kind: 'write-unit'; readonly member: string; readonly reason: string }
  | { readonly kind: 'start-members'; readonly members: readonly string[]; readonly reason: string }

/** One way in which an existing cluster is not what the inputs ask for. */
export interface Difference {
  readonly member: string
  /** What differs: "version", "unit", "certificate", "CA", "binaries", "membership", "file modes", ... */
  readonly what: string
  /** As a clause: "runs 3.5.16, asked for 3.5.30". */
  readonly detail: string
}

export interface Plan {
  /** `bootstrap`: no cluster yet, or one of ours that was not finished. `none`: all is as asked. `blocked`: must stop. */
  readonly kind: 'bootstrap' | 'none' | 'blocked'
  readonly steps: readonly Step[]
  /** Why it is blocked by what an existing cluster is; empty otherwise. */
  readonly differences: readonly Difference[]
  /** Why it is blocked by what hosts are; empty otherwise. */
  readonly findings: readonly Finding[]
  /** One line for people: "bootstrap 3 members with etcd 3.6.14". */
  readonly summary: string
}
