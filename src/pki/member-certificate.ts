import type { CertificateKey, DesiredCertificates } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import { insistOnAcceptance } from './accepted.js'
import type { Authority } from './authority.js'
import { issueCertificate } from './issue.js'
import { generateKey } from './key.js'
import type { DistinguishedName } from './name.js'
import { type SubjectAltNames, sortSans } from './san.js'
import { DAY_MS, validityWithin } from './validity.js'

/** What a member's certificate must say; compared with the one on its host by `reviewCertificate`. */
export interface CertificateRequest {
  readonly subject: DistinguishedName
  readonly sans: SubjectAltNames
  readonly key: CertificateKey
}

/** A certificate and its key, ready for a host. */
export interface IssuedCertificate {
  /** The certificate, followed by intermediate CAs where the issuer is one. */
  readonly certificatePem: string
  /** PKCS#8. Secret; behind a function, so that printing the object never shows it. */
  readonly privateKeyPem: () => string
}

export interface MemberRequestOptions {
  readonly member: Member
  /** Every member of the cluster; all of them are in a shared certificate. */
  readonly members: readonly Member[]
  readonly certificates: DesiredCertificates
}

/**
 * What the certificate of a member must say. Its own address is needed twice: clients and peers dial it, and a peer's
 * listener compares it with the address the connection comes from (etcd client/pkg/transport/listener_tls.go
 * checkCertSAN). 127.0.0.1 and localhost are for tools on the host.
 */
export const requestFor = ({ member, members, certificates }: MemberRequestOptions): CertificateRequest => {
  const holders = certificates.mode === 'shared' ? members : [member]
  const addresses = holders.map(({ address }) => address)
  return {
    subject: certificates.subject,
    sans: sortSans([...addresses, '127.0.0.1', 'localhost', ...certificates.sans]),
    key: certificates.key,
  }
}

/**
 * Makes a key and signs a certificate for it. Throws Failure where the authority cannot sign the request, or where etcd would refuse what
 * it signed.
 */
export const issueForRequest = async (
  authority: Authority,
  request: CertificateRequest,
  { days, now }: { readonly days: number; readonly now: Date },
): Promise<IssuedCertificate> => {
  const { publicKey, privateKeyPem } = await generateKey(request.key)
  const validity = validityWithin(authority, days * DAY_MS, now)
  const certificate = issueCertificate(authority, {
    subject: request.subject,
    sans: request.sans,
    publicKey,
    ...validity,
  })
  const certificatePem = certificate + authority.intermediatesPem
  insistOnAcceptance({
    certificatePem,
    caPem: authority.caPem,
    at: now,
    usages: ['serverAuth', 'clientAuth'],
  })
  return { certificatePem, privateKeyPem }
}
