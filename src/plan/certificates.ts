import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { FileFact, HostObserved } from '../cluster/observed.js'
import { certificatePaths } from '../cluster/places.js'
import { readCertificate } from '../pki/certificate.js'
import { sameCaBundle } from '../pki/inspect.js'
import { requestFor } from '../pki/member-certificate.js'
import { reviewCertificate } from '../pki/review.js'
import type { Deviation } from './deviation.js'

/** How the CA, the certificate and the key of a member differ from what is asked for. */
export const certificateDeviations = (
  desired: Desired,
  member: Member,
  host: HostObserved,
  now: Date,
): readonly Deviation[] => [
  ...caDeviations(desired, host.ca),
  ...leafDeviations(desired, member, host, now),
  ...wireDeviations(desired, member, host),
  ...keyDeviations(desired, host.key),
]

const caDeviations = (
  { certificates, layout }: Desired,
  file: FileFact | undefined,
): readonly Deviation[] => {
  const path = certificatePaths(layout).ca
  if (file === undefined) return [{ what: 'CA', detail: `there is no ${path}` }]
  // Without `ca-cert` nothing is asked of the CA.
  if (certificates.caPem === '' || sameCaBundle(file.text, certificates.caPem)) return []
  return [{ what: 'CA', detail: `${path} holds other CA certificates than ca-cert` }]
}

const leafDeviations = (
  { members, certificates, layout }: Desired,
  member: Member,
  { certificate, ca }: HostObserved,
  now: Date,
): readonly Deviation[] => {
  const path = certificatePaths(layout).certificate
  if (certificate === undefined) return [{ what: 'certificate', detail: `there is no ${path}` }]
  const trustedPem = certificates.caPem || (ca?.text ?? '')
  return reviewCertificate({
    pem: certificate.text,
    caPem: certificates.issuerPem ?? trustedPem,
    trustedPem,
    wanted: requestFor({ member, members, certificates }),
    now,
    renewBeforeMs: certificates.renewBeforeMs,
  }).map((reason) => ({ what: 'certificate', detail: `${path} ${reason}` }))
}

/**
 * What is served is what lies on the disk, as etcd reads both files anew at each handshake (client/pkg/transport/listener.go); where it
 * is not, the two files are no pair, or something else answers there. Placing a new pair heals the first, and shows the second.
 */
const wireDeviations = (
  { layout }: Desired,
  { clientUrl, peerUrl }: Member,
  { certificate, wire, service, pairRefused }: HostObserved,
): readonly Deviation[] => {
  if (pairRefused !== undefined) {
    return [
      {
        what: 'certificate',
        detail: `etcd ended for its key and ${certificatePaths(layout).certificate}: ${pairRefused}`,
      },
    ]
  }
  if (wire === undefined) return []
  const url = service.activeState === 'active' ? clientUrl : peerUrl
  if (wire.kind === 'broken') {
    const detail = `${url} breaks every TLS handshake off: its key and ${certificatePaths(layout).certificate} may be no pair`
    return [{ what: 'certificate', detail }]
  }
  const serial = readCertificate(certificate?.text ?? '')?.serial.replace(/^0+/, '')
  if (serial === undefined || serial === wire.serial) return []
  const detail = `${url} serves a certificate with serial ${wire.serial}, and ${certificatePaths(layout).certificate} has ${serial}`
  return [{ what: 'certificate', detail }]
}

const keyDeviations = ({ layout }: Desired, key: FileFact | undefined): readonly Deviation[] => {
  const path = certificatePaths(layout).key
  if (key === undefined) return [{ what: 'certificate', detail: `there is no ${path}` }]
  return [
    ...(key.mode === '600'
      ? []
      : [{ what: 'file modes', detail: `${path} has mode 0${key.mode}, asked for 0600` }]),
    ...(key.owner === layout.serviceUser
      ? []
      : [{ what: 'file modes', detail: `${path} belongs to ${key.owner}, asked for ${layout.serviceUser}` }]),
  ]
}
