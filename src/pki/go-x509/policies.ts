import { TAG, context, eachIn, malformed, openDer } from './der.js'
import { readInteger } from './values.js'

/** What a certificate says of certificate policies. Policies as hexadecimal octets of their OID. */
export interface GoPolicies {
  readonly own: readonly string[]
  readonly mappings: readonly (readonly [string, string])[]
  /** How many certificates further down policies may still be missing; undefined: nothing is asked. */
  readonly explicitAfter: number | undefined
  /** How many certificates further down `anyPolicy` still counts; undefined: all. */
  readonly anyUntil: number | undefined
}

export const NO_POLICIES: GoPolicies = {
  own: [],
  mappings: [],
  explicitAfter: undefined,
  anyUntil: undefined,
}

const ANY_POLICY = '551d2000'

export const readPolicies = (value: Buffer): readonly string[] => {
  const what = 'certificatePolicies extension'
  const found = eachIn(openDer(value).read(TAG.sequence, what), (policies) =>
    readPolicy(openDer(policies.read(TAG.sequence, what)).read(TAG.oid, what), what),
  )
  if (new Set(found).size < found.length) throw malformed(what)
  return found
}

const readPolicy = (octets: Buffer, what: string): string => {
  const broken = octets.some(
    (octet, index) => octet === 0x80 && (index === 0 || (octets[index - 1] ?? 0) < 0x80),
  )
  if (octets.length === 0 || (octets.at(-1) ?? 0) >= 0x80 || broken) throw malformed(what)
  return octets.toString('hex')
}

export const readPolicyMappings = (value: Buffer): GoPolicies['mappings'] => {
  const what = 'policyMappings extension'
  return eachIn(openDer(value).read(TAG.sequence, what), (mappings) => {
    const mapping = openDer(mappings.read(TAG.sequence, what))
    const from = mapping.read(TAG.oid, what).toString('hex')
    return [from, mapping.read(TAG.oid, what).toString('hex')] as const
  })
}

/** requireExplicitPolicy of policyConstraints. */
export const readExplicitAfter = (value: Buffer): number | undefined => {
  const what = 'policyConstraints extension'
  const fields = openDer(openDer(value).read(TAG.sequence, what))
  const explicit = fields.at(context(0)) ? readInteger(fields, what, context(0)) : undefined
  if (fields.at(context(1))) readInteger(fields, what, context(1))
  return explicit === undefined || explicit < 0n ? undefined : Number(explicit)
}

export const readAnyUntil = (value: Buffer): number =>
  Number(readInteger(openDer(value), 'inhibitAnyPolicy extension'))

export interface PolicyBearer {
  readonly policies: GoPolicies
  readonly selfIssued: boolean
}

/**
 * RFC 5280 6.1 with every policy welcome, as Go 1.24 and newer ask, for a chain from the leaf to the root: does it hold policies that go all
 * the way where a CA in it asks for that? Stricter than Go in one thing: a chain with policy mappings in which policies are asked for is
 * refused; before Go 1.24 it is as well, as the extension that asks is critical and unknown there.
 */
export const policiesHold = (chain: readonly PolicyBearer[]): boolean => {
  const below = chain.slice(0, -1).reverse()
  let explicit = below.length + 1
  let any = below.length + 1
  let valid: ReadonlySet<string> = new Set([ANY_POLICY])
  for (const [index, { policies, selfIssued }] of below.entries()) {
    const isLeaf = index === below.length - 1
    valid = passedOn(valid, policies.own, any > 0 || (!isLeaf && selfIssued))
    if (explicit === 0 && valid.size === 0) return false
    if (isLeaf) {
      explicit = policies.explicitAfter === 0 ? 0 : Math.max(0, explicit - 1)
      continue
    }
    if (policies.mappings.length > 0) valid = new Set()
    if (!selfIssued) {
      explicit = Math.max(0, explicit - 1)
      any = Math.max(0, any - 1)
    }
    explicit = Math.min(explicit, policies.explicitAfter ?? explicit)
    any = Math.min(any, policies.anyUntil ?? any)
  }
  return explicit > 0 || valid.size > 0
}

/** The policies of a certificate that those above it allow. */
const passedOn = (
  above: ReadonlySet<string>,
  own: readonly string[],
  anyCounts: boolean,
): ReadonlySet<string> => {
  const named = own.filter((policy) => policy !== ANY_POLICY && (above.has(policy) || above.has(ANY_POLICY)))
  return new Set(own.includes(ANY_POLICY) && anyCounts ? [...named, ...above] : named)
}
