import { formatTime } from '../problem.js'
import type { GoCertificate } from './certificate.js'
import { type GoProblem, subjectText } from './problem.js'
import { signatureRefusal } from './signature.js'

/** What is trusted, what stands between, when, and how a signature is told. */
export interface ChainWorld {
  readonly roots: readonly GoCertificate[]
  readonly intermediates: readonly GoCertificate[]
  readonly at: Date
  /** Why `parent` did not sign `child`, as a clause that follows "the certificate"; undefined where it did. */
  readonly signatureRefusal: (child: GoCertificate, parent: GoCertificate) => string | undefined
}

export interface Chains {
  /** From the leaf to a root. */
  readonly chains: readonly (readonly GoCertificate[])[]
  /** Where there is none: what was wrong with the candidates. */
  readonly problems: readonly GoProblem[]
}

/** Go gives up then (verify.go, maxChainSignatureChecks). */
const MOST_CHECKS = 100

/** All chains from a leaf to a trusted CA that Go would build (verify.go, buildChains). */
export const buildChains = (leaf: GoCertificate, world: ChainWorld): Chains => {
  const blemishes = flawsOf(leaf, 'leaf', [], world.at)
  if (blemishes.length > 0) return { chains: [], problems: blemishes }
  if (world.roots.some((root) => root.raw.equals(leaf.raw))) return { chains: [[leaf]], problems: [] }
  const chains: (readonly GoCertificate[])[] = []
  const problems: GoProblem[] = []
  let checks = 0

  const climb = (chain: readonly GoCertificate[], top: GoCertificate): void => {
    const roles = [
      { role: 'root', candidates: world.roots },
      { role: 'intermediate', candidates: world.intermediates },
    ] as const
    for (const { role, candidates } of roles) {
      for (const candidate of likeliestFirst(candidates, top)) {
        if (++checks > MOST_CHECKS) return
        if (candidate.key.kind === 'unknown' || chain.some((link) => isSame(link, candidate))) continue
        const flaws = stepFlaws(top, candidate, role, chain, world)
        problems.push(...flaws)
        if (flaws.length > 0) continue
        if (role === 'root') chains.push([...chain, candidate])
        else climb([...chain, candidate], candidate)
      }
    }
  }

  climb([leaf], leaf)
  if (chains.length > 0) return { chains, problems: [] }
  return { chains, problems: problems.length > 0 ? problems : [strangerTo(leaf, checks)] }
}

const strangerTo = ({ issuer }: GoCertificate, checks: number): GoProblem => ({
  kind: 'authority',
  rule:
    checks > MOST_CHECKS
      ? `has more than ${MOST_CHECKS} candidates for its issuers, at which Go gives up`
      : `was issued by ${subjectText(issuer)}, which is not among the trusted CA certificates`,
})

/** Those whose subject is the issuer, octet by octet; the ones with the right key identifier first. */
const likeliestFirst = (
  candidates: readonly GoCertificate[],
  { issuer, issuerKeyIdentifier }: GoCertificate,
): readonly GoCertificate[] => {
  const distance = ({ keyIdentifier }: GoCertificate): number =>
    (keyIdentifier ?? NONE).equals(issuerKeyIdentifier ?? NONE)
      ? 0
      : keyIdentifier === undefined || issuerKeyIdentifier === undefined
        ? 1
        : 2
  return candidates
    .filter(({ subject }) => subject.equals(issuer))
    .sort((one, other) => distance(one) - distance(other))
}

const NONE = Buffer.alloc(0)

/** Go's own loop guard: the same name, key and alternative names, whatever the rest. */
const isSame = (one: GoCertificate, other: GoCertificate): boolean =>
  one.subject.equals(other.subject) &&
  one.key.spki.equals(other.key.spki) &&
  (one.namesDer === undefined || other.namesDer === undefined
    ? one.namesDer === other.namesDer
    : one.namesDer.equals(other.namesDer))

/** What keeps `parent` from standing above `child`. */
const stepFlaws = (
  child: GoCertificate,
  parent: GoCertificate,
  role: 'root' | 'intermediate',
  chain: readonly GoCertificate[],
  world: ChainWorld,
): readonly GoProblem[] => {
  const name = subjectText(parent.subject)
  const { basicConstraints, keyUsage } = parent
  if (
    basicConstraints === undefined ? parent.version === 3 || role === 'intermediate' : !basicConstraints.isCa
  ) {
    return [{ kind: 'authority', rule: `was issued by ${name}, which is not the certificate of a CA` }]
  }
  if (keyUsage?.any && !keyUsage.certSign) {
    return [
      {
        kind: 'authority',
        rule: `was issued by ${name}, which may not sign certificates: its keyUsage lacks keyCertSign`,
      },
    ]
  }
  const refusal = world.signatureRefusal(child, parent)
  if (refusal !== undefined) {
    const whose = chain.length === 1 ? '' : `has ${subjectText(child.subject)} above it, which `
    return [{ kind: 'authority', rule: `${whose}${refusal} (${name})` }]
  }
  return flawsOf(parent, role, chain, world.at)
}

/** What Go asks of each certificate in its place (verify.go, isValid). */
const flawsOf = (
  certificate: GoCertificate,
  role: 'leaf' | 'root' | 'intermediate',
  below: readonly GoCertificate[],
  at: Date,
): readonly GoProblem[] => {
  const whose = role === 'leaf' ? '' : `comes from ${subjectText(certificate.subject)}, which `
  const { unknownCritical, notBefore, notAfter, basicConstraints } = certificate
  if (unknownCritical.length > 0) {
    const plural = unknownCritical.length === 1 ? 'extension' : 'extensions'
    return [
      {
        kind: 'extension',
        rule: `${whose}has the critical ${plural} ${unknownCritical.join(', ')}, which Go refuses`,
      },
    ]
  }
  if (at < notBefore) {
    return [{ kind: 'time', rule: `${whose}is not valid before ${formatTime(notBefore)}` }]
  }
  if (at > notAfter) return [{ kind: 'time', rule: `${whose}expired at ${formatTime(notAfter)}` }]
  const maxPath = basicConstraints?.maxPath
  if (maxPath !== undefined && below.length - 1 > maxPath) {
    const some = maxPath === 0 ? 'no CA' : `no more than ${maxPath} CAs`
    return [{ kind: 'path', rule: `${whose}allows ${some} below it (pathlen:${maxPath})` }]
  }
  return []
}

/** The signature of a child under the key of its issuer, as Go checks it. */
export const checkSignature: ChainWorld['signatureRefusal'] = (child, parent) =>
  signatureRefusal(child.signatureAlgorithm, child.signed, child.signature, parent.key)
