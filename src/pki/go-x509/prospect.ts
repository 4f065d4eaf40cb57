import { EXTENDED_USAGE, type ExtendedUsage } from '../oid.js'
import { type SubjectAltNames, ipOctets } from '../san.js'
import { type GoCertificate, readAsGo } from './certificate.js'
import { checkSignature } from './chain.js'
import { NO_POLICIES } from './policies.js'
import type { GoProblem } from './problem.js'
import { signerRefusal } from './signature.js'
import { judgeChains } from './verify.js'

export interface Prospect {
  /** DER of the certificates in `ca-cert`. */
  readonly bundle: readonly Buffer[]
  /** DER of the one that is to sign. */
  readonly issuer: Buffer
  readonly sans: SubjectAltNames
  readonly at: Date
}

const USAGES: readonly ExtendedUsage[] = ['serverAuth', 'clientAuth']

/**
 * Why Go would refuse a certificate for these names if this CA signed one now, whether its key is at hand or not; empty where it would not.
 * The leaf is thought of, with everything right that is ours to make; the rest is judged as `verifyAsGo` does.
 */
export const judgeProspect = ({ bundle, issuer, sans, at }: Prospect): readonly GoProblem[] => {
  const roots = bundle.flatMap((der) => readAsGo(der).certificate ?? [])
  const reading = readAsGo(issuer)
  if (reading.certificate === undefined) return [{ kind: 'form', rule: reading.refusal }]
  const ca = reading.certificate
  const leaf = leafUnder(ca, sans)
  const refusal = signerRefusal(ca.key)
  return [
    ...(refusal === undefined ? [] : [{ kind: 'key' as const, rule: refusal }]),
    ...judgeChains(
      leaf,
      {
        roots,
        intermediates: [],
        at,
        signatureRefusal: (child, parent) =>
          child !== leaf
            ? checkSignature(child, parent)
            : parent.key.spki.equals(ca.key.spki)
              ? undefined
              : 'is not signed by the key of its issuer',
      },
      USAGES,
    ),
  ]
}

const leafUnder = (ca: GoCertificate, { dns, ips }: SubjectAltNames): GoCertificate => ({
  raw: NONE,
  signed: NONE,
  signature: NONE,
  signatureAlgorithm: { kind: 'unknown' },
  version: 3,
  subject: NONE,
  issuer: ca.subject,
  // `validityWithin` keeps it within the CA's.
  notBefore: ca.notBefore,
  notAfter: ca.notAfter,
  key: { kind: 'ecdsa', curve: 'P-256', spki: NONE, key: undefined },
  basicConstraints: { isCa: false, maxPath: undefined },
  keyUsage: { any: true, certSign: false },
  extendedUsages: Object.values(EXTENDED_USAGE),
  names: { dns, emails: [], ips: ips.flatMap((ip) => ipOctets(ip) ?? []), uris: [] },
  namesDer: NONE,
  nameConstraints: undefined,
  policies: NO_POLICIES,
  keyIdentifier: undefined,
  issuerKeyIdentifier: ca.keyIdentifier,
  unknownCritical: [],
})

const NONE = Buffer.alloc(0)
