import type { ExtendedUsage } from '../oid.js'
import { isCertificateLabel } from '../certificate.js'
import { readPem } from '../pem.js'
import { type GoCertificate, readAsGo } from './certificate.js'
import { type ChainWorld, buildChains, checkSignature } from './chain.js'
import { forbiddenNames } from './names-allowed.js'
import { policiesHold } from './policies.js'
import { type GoProblem, subjectText } from './problem.js'
import { keyProblems } from './tls-key.js'
import { withoutUsage } from './usages.js'

export interface GoVerification {
  /** The leaf, and behind it the intermediate CAs that are sent with it. */
  readonly certificatePem: string
  /** What `--trusted-ca-file` holds. */
  readonly caPem: string
  /** The time on the clock of who verifies. */
  readonly at: Date
  readonly usages: readonly ExtendedUsage[]
}

/**
 * Why etcd would refuse a certificate, as Go's crypto/x509 and crypto/tls judge it (Go 1.19 to 1.26; where they differ, a certificate has to
 * pass in all of them); empty where it would not. Each rule is a clause that follows "the certificate". Never throws.
 */
export const verifyAsGo = ({ certificatePem, caPem, at, usages }: GoVerification): readonly GoProblem[] => {
  const sent = readAll(certificatePem)
  const trusted = readAll(caPem)
  const [leaf] = sent.certificates
  const refusals = [
    ...sent.refusals.slice(0, 1).map((rule) => ({ kind: 'form' as const, rule })),
    ...trusted.refusals.map((rule) => ({
      kind: 'trust' as const,
      rule: `is to be verified with a CA file in which a certificate ${rule}`,
    })),
  ]
  if (refusals.length > 0) return refusals
  if (leaf === undefined) return [{ kind: 'form', rule: 'cannot be read' }]
  const world = {
    roots: trusted.certificates,
    intermediates: sent.certificates.slice(1),
    at,
    signatureRefusal: checkSignature,
  }
  return distinct([...keyProblems(sent.certificates), ...judgeChains(leaf, world, usages)])
}

/** What is wrong with all the chains that lead from a leaf to a trusted CA; empty where one of them is right for every usage. */
export const judgeChains = (
  leaf: GoCertificate,
  world: ChainWorld,
  usages: readonly ExtendedUsage[],
): readonly GoProblem[] => {
  const { chains, problems } = buildChains(leaf, world)
  if (chains.length === 0) return problems
  const found = usages.map((usage) => bestOf(chains.map((chain) => chainProblems(chain, usage))))
  return distinct(found.flat())
}

/** One good chain is enough; else the one with the least that is wrong. */
const bestOf = (judged: readonly (readonly GoProblem[])[]): readonly GoProblem[] =>
  [...judged].sort((one, other) => one.length - other.length)[0] ?? []

const chainProblems = (chain: readonly GoCertificate[], usage: ExtendedUsage): readonly GoProblem[] => [
  ...policyProblems(chain),
  ...withoutUsage(chain, usage).map((certificate) => ({
    kind: 'usage' as const,
    rule:
      certificate === chain[0]
        ? `lacks the extended key usage ${usage}`
        : `comes from ${subjectText(certificate.subject)}, whose extended key usage leaves out ${usage}`,
  })),
  ...nameProblems(chain),
]

const policyProblems = (chain: readonly GoCertificate[]): readonly GoProblem[] =>
  policiesHold(
    chain.map(({ policies, issuer, subject }) => ({ policies, selfIssued: issuer.equals(subject) })),
  )
    ? []
    : [{ kind: 'policy', rule: 'has not the certificate policies that a CA above it asks for' }]

/** Constraints count for the alternative names of everything below, intermediate CAs included. */
const nameProblems = (chain: readonly GoCertificate[]): readonly GoProblem[] =>
  chain.flatMap(({ nameConstraints, subject }, above) => {
    if (nameConstraints === undefined) return []
    const below = chain.slice(0, above)
    const forbidden = below.flatMap(({ names }) => forbiddenNames(names, nameConstraints))
    const limits = [...new Set(forbidden.map(({ limit }) => limit))]
    return limits.map((limit) => {
      const all = forbidden.filter((one) => one.limit === limit).map(({ name }) => name)
      const [names, by] = [[...new Set(all)], subjectText(subject)]
      return {
        kind: 'names' as const,
        rule: `is for ${names.join(', ')}, but ${by} ${limit} (name constraints)`,
        forbidden: { names, by, limit },
      }
    })
  })

interface PemReading {
  readonly certificates: readonly GoCertificate[]
  /** Clauses that follow "the certificate". */
  readonly refusals: readonly string[]
}

const readAll = (pem: string): PemReading => {
  const readings = readPem(pem)
    .filter(({ label }) => isCertificateLabel(label))
    .map(({ der }) => readAsGo(der))
  return {
    certificates: readings.flatMap(({ certificate }) => certificate ?? []),
    refusals: readings.flatMap(({ refusal }) => refusal ?? []),
  }
}

const distinct = (problems: readonly GoProblem[]): readonly GoProblem[] =>
  problems.filter(({ rule }, index) => problems.findIndex((other) => other.rule === rule) === index)
