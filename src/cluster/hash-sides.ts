import type { Divergence } from './divergence.js'

/** What the keys of one member hash to, at the revision that all were asked for; decimal text. */
export interface MemberHash {
  readonly name: string
  /** X.Y.Z: what goes into the hash differs between releases. */
  readonly version: string
  readonly hash: string
  readonly compactRevision: string
}

/**
 * Judges hashes of one revision. Only members of one version are compared, and only at one compact revision: elsewhere a compaction
 * is under way and one has to ask again (etcd tests/robustness/client/kvhash.go). `unclear`: nothing differs as far as that goes.
 */
export const judgeHashes = (
  hashes: readonly MemberHash[],
  revision: string,
): { readonly kind: 'same' | 'unclear' } | { readonly kind: 'differ'; readonly divergence: Divergence } => {
  const versions = groups(hashes, ({ version }) => version)
  const comparable = versions.flatMap((group) => groups(group, ({ compactRevision }) => compactRevision))
  const split = comparable.map((group) => groups(group, ({ hash }) => hash)).find((sides) => sides.length > 1)
  if (split === undefined) return { kind: comparable.length > versions.length ? 'unclear' : 'same' }
  const sides = split.map((side) => ({
    members: side.map(({ name }) => name),
    holds: `${side.length === 1 ? 'hashes' : 'hash'} to ${side[0]?.hash} at revision ${revision}`,
  }))
  return { kind: 'differ', divergence: { shownBy: 'hashes', sides } }
}

/** In the order in which each group's first one comes. */
const groups = <T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] => [
  ...items
    .reduce((found, item) => {
      const key = keyOf(item)
      return found.set(key, [...(found.get(key) ?? []), item])
    }, new Map<string, readonly T[]>())
    .values(),
]
