import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { FileFact, HostObserved } from '../cluster/observed.js'
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
  ...keyDeviations(desired, host.key),
]

const caDeviations = (
  { certificates, layout }: Desired,
  file: FileFact | undefined,
): readonly Deviation[] => {
  const path = `${layout.caDir}/ca.pem`
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
  const path = `${layout.caDir}/etcd.pem`
  if (certificate === undefined) return [{ what: 'certificate', detail: `there is no ${path}` }]
  return reviewCertificate({
    pem: certificate.text,
    caPem: certificates.issuerPem ?? (certificates.caPem || (ca?.text ?? '')),
    wanted: requestFor({ member, members, certificates }),
    now,
    renewBeforeMs: certificates.renewBeforeMs,
  }).map((reason) => ({ what: 'certificate', detail: `${path} ${reason}` }))
}

const keyDeviations = ({ layout }: Desired, key: FileFact | undefined): readonly Deviation[] => {
  const path = `${layout.caDir}/etcd-key.pem`
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
