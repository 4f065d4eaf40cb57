import type { DesiredCertificates, Operation } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { GoProblem } from '../pki/go-x509/problem.js'
import { judgeProspect } from '../pki/go-x509/prospect.js'
import { readPem } from '../pki/pem.js'
import { requestFor } from '../pki/member-certificate.js'
import { type SubjectAltNames, sortSans } from '../pki/san.js'
import type { Form } from './form.js'
import { secretExample } from './missing.js'

export interface CaNames {
  readonly operation: Operation | undefined
  readonly members: readonly Member[] | undefined
  readonly certificates: DesiredCertificates | undefined
  readonly now: Date
}

/**
 * Notes the names that members' certificates need and the CA may not sign for. etcd's verifier compares every name of a certificate with the
 * name constraints of the CA, whichever name is dialled, so one name too many in `certificate-sans` makes all members refuse each other.
 */
export const checkCaNames = (form: Form, { operation, members, certificates, now }: CaNames): void => {
  if (operation === 'health' || members === undefined || certificates === undefined) return
  if (certificates.caPem === '' || members.length === 0) return
  const requests = members.map((member) => requestFor({ member, members, certificates }).sans)
  const sans = sortSans(requests.flatMap(({ dns, ips }) => [...dns, ...ips]))
  const extra = sortSans(certificates.sans)
  const needed = sortSans(members.map(({ address }) => address).concat('127.0.0.1', 'localhost'))
  for (const { forbidden } of problemsFor(certificates, sans, now)) {
    if (forbidden === undefined) continue
    const { names, by, limit } = forbidden
    const avoidable = names.filter((name) => holds(extra, name) && !holds(needed, name))
    form.fault('ca-cert', {
      value: form.text('ca-cert'),
      rule:
        `may not sign for ${names.join(', ')}, which members' certificates have to cover: ${by} ${limit} ` +
        '(name constraints), and etcd would refuse such a certificate as a whole; ' +
        (avoidable.length > 0 ? `take ${avoidable.join(', ')} out of certificate-sans, or ` : '') +
        'give a CA whose name constraints allow all of them',
      example: secretExample('ca-cert'),
    })
  }
}

/** Without `ca-key` it is not known which CA of a bundle is to sign: then one that may is enough. */
const problemsFor = (
  { caPem, issuerPem }: DesiredCertificates,
  sans: SubjectAltNames,
  at: Date,
): readonly GoProblem[] => {
  const bundle = readPem(caPem).map(({ der }) => der)
  const issuers = issuerPem === undefined ? bundle : readPem(issuerPem).map(({ der }) => der)
  const usable = issuers
    .map((issuer) => judgeProspect({ bundle, issuer, sans, at }))
    .filter((problems) => problems.every(({ kind }) => kind === 'names'))
  return usable.some((problems) => problems.length === 0) ? [] : (usable[0] ?? [])
}

const holds = ({ dns, ips }: SubjectAltNames, name: string): boolean =>
  dns.includes(name) || ips.includes(name)
