import type { DesiredCertificates, Operation } from '../cluster/desired.js'
import { checkAuthority, type Authority } from '../pki/authority.js'
import { checkCaBundle } from '../pki/ca-bundle.js'
import { kubernetesCaWarnings } from '../pki/kubernetes-ca.js'
import { checkClientPair, type ClientPair } from './client-pair.js'
import { complete, type Form } from './form.js'
import { emptySecret, secretExample } from './missing.js'
import { whyNoPem } from './no-pem.js'
import { oneOf, integer } from './parse/scalar.js'
import { durationUpTo } from './parse/duration.js'
import { parseSan } from './parse/san.js'
import { parseSubject } from './parse/subject.js'
import { cleanPem } from './pem-text.js'

const DAY_MS = 86_400_000
const MOST_DAYS = 36_500

export interface CertificateNeeds {
  readonly operation: Operation | undefined
  /** Does the runner itself speak TLS to endpoints? */
  readonly tlsEndpoints: boolean
  readonly now: Date
}

export interface CertificateInputs {
  readonly certificates: DesiredCertificates | undefined
  /** undefined where no CA key was given or something is wrong with it. */
  readonly authority: Authority | undefined
  /** undefined where none was given or something is wrong with it. */
  readonly client: ClientPair | undefined
}

/** Reads what certificates are to be like, the CA that signs them and the client certificate of the runner. */
export const readCertificates = (form: Form, needs: CertificateNeeds): CertificateInputs => {
  const { caPem, authority } = readCa(form, needs)
  const client = readClientPair(form, needs, caPem ?? '')
  const days = form.ask('certificate-days', integer(1, MOST_DAYS, '3650'))
  const renewBeforeMs = form.ask('renew-before', durationUpTo(MOST_DAYS * DAY_MS, '30d'))
  if (days !== undefined && renewBeforeMs !== undefined && renewBeforeMs >= days * DAY_MS) {
    const rule = `is not shorter than certificate-days (${days}), so every run would renew every certificate`
    form.fault('renew-before', { value: form.text('renew-before'), rule, example: '30d' })
  }
  const certificates = complete<Omit<DesiredCertificates, 'issuerPem'>>({
    caPem,
    mode: form.ask('certificate-mode', oneOf(['per-member', 'shared'])),
    subject: form.ask('certificate-subject', parseSubject),
    sans: distinct(form.askList('certificate-sans', parseSan)),
    key: form.ask('certificate-key', oneOf(['rsa-2048', 'rsa-3072', 'rsa-4096', 'ecdsa-p256', 'ecdsa-p384'])),
    days,
    renewBeforeMs,
  })
  const issuer = authority === undefined ? {} : { issuerPem: authority.issuer.pem }
  return { certificates: certificates && { ...certificates, ...issuer }, authority, client }
}

const distinct = (items: readonly string[] | undefined): readonly string[] | undefined =>
  items && [...new Set(items)]

interface Ca {
  readonly caPem: string | undefined
  readonly authority?: Authority
}

const readCa = (form: Form, { operation, tlsEndpoints, now }: CertificateNeeds): Ca => {
  const cert = cleanPem(form.text('ca-cert'))
  const key = cleanPem(form.text('ca-key'))
  // `plan` compares what the CA signs, which takes no key: a job that only looks need not have it.
  const certNeeded = operation === 'deploy' || operation === 'plan' || tlsEndpoints || key !== ''
  if (cert === '' && certNeeded) form.fault('ca-cert', emptySecret('ca-cert'))
  if (key === '' && operation === 'deploy') form.fault('ca-key', emptySecret('ca-key'))
  if (cert === '') return { caPem: certNeeded ? undefined : '' }
  const check = key === '' ? checkCaBundle(cert, now) : checkAuthority(cert, key, now)
  tellProblems(form, check.problems)
  check.warnings.forEach(form.warn)
  if (check.problems.length === 0) kubernetesCaWarnings(cert).forEach(form.warn)
  if ('caPem' in check) return { caPem: check.problems.length === 0 ? check.caPem : undefined }
  return 'authority' in check && check.authority !== undefined
    ? { caPem: check.authority.caPem, authority: check.authority }
    : { caPem: undefined }
}

const readClientPair = (
  form: Form,
  { tlsEndpoints, now }: CertificateNeeds,
  caPem: string,
): ClientPair | undefined => {
  const cert = cleanPem(form.text('client-cert'))
  const key = cleanPem(form.text('client-key'))
  if (cert === '' && key === '' && !tlsEndpoints) return undefined
  if (cert === '') form.fault('client-cert', emptySecret('client-cert'))
  if (key === '') form.fault('client-key', emptySecret('client-key'))
  if (cert === '' || key === '') return undefined
  const { pair, problems } = checkClientPair(cert, key, now, caPem)
  tellProblems(form, problems)
  return pair
}

const tellProblems = (
  form: Form,
  problems: readonly {
    readonly input: 'ca-cert' | 'ca-key' | 'client-cert' | 'client-key'
    readonly rule: string
  }[],
): void => {
  for (const { input, rule } of problems) {
    const value = form.text(input)
    form.fault(input, { value, rule: whyNoPem(cleanPem(value)) ?? rule, example: secretExample(input) })
  }
}
