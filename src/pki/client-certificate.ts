import { insistOnAcceptance } from './accepted.js'
import type { Authority } from './authority.js'
import { issueCertificate } from './issue.js'
import { generateKey } from './key.js'
import type { IssuedCertificate } from './member-certificate.js'
import { validityWithin } from './validity.js'

const HOUR_MS = 3_600_000

/** The name that etcd's audit and its role-based access see. */
export const CLIENT_COMMON_NAME = 'etcd-deploy'

/**
 * A certificate with which the runner itself may talk to etcd as a client, for a few hours, kept in memory only.
 * ECDSA P-256, because that key is made in a millisecond. Throws Failure where the CA is not valid now, or where
 * etcd would refuse what it signed.
 */
export const issueClientCertificate = async (
  authority: Authority,
  { hours, now }: { readonly hours: number; readonly now: Date },
): Promise<IssuedCertificate> => {
  const { publicKey, privateKeyPem } = await generateKey('ecdsa-p256')
  const certificate = issueCertificate(authority, {
    subject: [['CN', CLIENT_COMMON_NAME]],
    sans: { dns: [], ips: [] },
    publicKey,
    usages: ['clientAuth'],
    ...validityWithin(authority, hours * HOUR_MS, now),
  })
  const certificatePem = certificate + authority.intermediatesPem
  insistOnAcceptance({ certificatePem, caPem: authority.caPem, at: now, usages: ['clientAuth'] })
  return { certificatePem, privateKeyPem }
}
