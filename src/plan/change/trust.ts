import type { Desired } from '../../cluster/desired.js'
import type { HostObserved } from '../../cluster/observed.js'
import { sameCaBundle } from '../../pki/inspect.js'
import { bundleHolds, droppedFrom, isTrustedBy } from '../../pki/trust.js'
import type { Finding } from '../plan.js'

/** What may be done about CAs and certificates while members run side by side with the old and the new files. */
export interface Trust {
  /** Every running member trusts the CA that new certificates would come from. */
  readonly mayRenew: boolean
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
}

/**
 * A CA file is read once, at the start (etcd client/pkg/transport/listener.go), a certificate at every handshake. So while a CA
 * is rolled out, members with the old file and members with the new one talk to each other, and the certificate of each has
 * to be good for both. That holds where `ca-cert` has the issuers of all certificates in use; certificates of a new CA have
 * to wait until every member trusts it.
 */
export const judgeTrust = ({ certificates }: Desired, hosts: readonly HostObserved[]): Trust => {
  const wanted = certificates.caPem
  const present = hosts.map(({ ca }) => ca?.text ?? '')
  const changes = wanted !== '' && !present.every((ca) => sameCaBundle(ca, wanted))
  const issuer = certificates.issuerPem ?? wanted
  const mayRenew = hosts.every(
    ({ ca, process }) => bundleHolds(ca?.text ?? '', issuer) && process?.caChangedSince !== true,
  )
  const refused = hosts.filter(({ certificate }) => {
    const leaf = certificate?.text ?? ''
    // One that nobody trusts now is no worse off afterwards.
    return changes && present.some((ca) => isTrustedBy(leaf, ca)) && !isTrustedBy(leaf, wanted)
  })
  const dropped = changes ? [...new Set(present.flatMap((ca) => droppedFrom(ca, wanted)))] : []
  return {
    mayRenew,
    findings: refused.map(({ member }) => ({
      member,
      problem:
        'its certificate comes from a CA that is not in ca-cert: members that have read the new CA would refuse it, and the others refuse certificates of the new one',
      next: 'put the old CA beside the new one in ca-cert and deploy; after that, certificates of the new one, and last the new one alone',
    })),
    notes:
      refused.length > 0
        ? []
        : dropped.map(
            (name) => `clients with a certificate from ${name} are refused once their member is restarted`,
          ),
  }
}
