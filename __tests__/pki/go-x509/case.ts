import { writePem } from '../../../src/pki/pem.js'
import type { ExtendedUsage } from '../../../src/pki/oid.js'
import { EXT, NAME, craft, cn, ecKeys, type Craft, type Crafted, type Keys } from './craft.js'

/** A certificate with what is sent behind it, and in front of whom it has to hold. */
export interface Case {
  readonly name: string
  /** DER, the leaf first. */
  readonly chain: readonly Buffer[]
  readonly roots: readonly Buffer[]
  readonly at: Date
  readonly usages: readonly ExtendedUsage[]
  /** Of the leaf, for a real handshake. */
  readonly keys?: Keys
  /** A reason for which we refuse what the newest Go takes. */
  readonly stricter?: string
}

export const AT = new Date('2026-06-01T00:00:00Z')
export const LEAF_KEYS = ecKeys('P-384')
export const SANS = [NAME.dns('localhost'), NAME.ip(127, 0, 0, 1), NAME.ip(192, 168, 1, 1)]

/** A leaf that a member could have. */
export const leafUnder = (issuer: Crafted, change: Craft = {}): Crafted =>
  craft({
    issuer,
    subject: cn('etcd'),
    keys: LEAF_KEYS,
    extensions: [EXT.notCa, EXT.digitalSignature, EXT.both, EXT.names(...SANS)],
    ...change,
  })

export const makeCase = (
  name: string,
  chain: readonly Crafted[],
  roots: readonly Crafted[],
  change: Partial<Omit<Case, 'name' | 'chain' | 'roots'>> = {},
): Case => ({
  name,
  chain: chain.map(({ der }) => der),
  roots: roots.map(({ der }) => der),
  at: AT,
  usages: ['serverAuth', 'clientAuth'],
  ...change,
})

/** A usual leaf under a CA that is odd. */
export const underCa = (name: string, ca: Craft, change: Partial<Case> = {}): Case => {
  const root = craft({ keys: ecKeys(), ...ca })
  return makeCase(name, [leafUnder(root)], [root], { keys: LEAF_KEYS, ...change })
}

/** An odd leaf under a usual CA. */
export const oddLeaf = (name: string, leaf: Craft, change: Partial<Case> = {}): Case => {
  const root = craft()
  return makeCase(name, [leafUnder(root, leaf)], [root], change)
}

export const pemOf = (certificates: readonly Buffer[]): string =>
  certificates.map((der) => writePem('CERTIFICATE', der)).join('')
