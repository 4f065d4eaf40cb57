import type { DesiredCertificates } from '../../src/cluster/desired.js'
import type { Member } from '../../src/cluster/member.js'
import { type Authority, checkAuthority } from '../../src/pki/authority.js'
import type { TestCa } from './openssl.js'

export const memberAt = (address: string): Member => ({
  name: `etcd-${address}`,
  address,
  clientUrl: `https://${address.includes(':') ? `[${address}]` : address}:2379`,
  peerUrl: `https://${address.includes(':') ? `[${address}]` : address}:2380`,
  ssh: { user: 'root', host: address, port: 22 },
})

export const desiredCertificates = (change: Partial<DesiredCertificates> = {}): DesiredCertificates => ({
  caPem: '',
  mode: 'per-member',
  subject: [
    ['C', 'CN'],
    ['O', 'k8s'],
    ['CN', 'etcd'],
  ],
  sans: [],
  key: 'ecdsa-p256',
  days: 3650,
  renewBeforeMs: 30 * 86_400_000,
  ...change,
})

/** Throws where the CA is refused. */
export const authorityOf = ({ certPem, keyPem }: TestCa, now: Date): Authority => {
  const { authority, problems } = checkAuthority(certPem, keyPem, now)
  if (authority === undefined) throw new Error(JSON.stringify(problems))
  return authority
}
