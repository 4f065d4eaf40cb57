import type { GoCertificate } from './certificate.js'
import type { GoProblem } from './problem.js'

/** Go's crypto/tls takes no longer one from a peer (handshake_client.go, since Go 1.20.7), in the whole chain that the peer sends. */
const MOST_RSA_BITS = 8192
/** Of RSA keys that sign a handshake, since Go 1.24. */
const LEAST_RSA_BITS = 1024

/** Why Go's TLS would not work with the certificates of a chain that one side sends, the leaf first. */
export const keyProblems = (sent: readonly GoCertificate[]): readonly GoProblem[] => [
  ...sent.slice(0, 1).flatMap(leafKeyProblems),
  ...sizeProblems(sent),
]

/** The limit that holds for every certificate that is sent. */
export const sizeProblems = (sent: readonly GoCertificate[]): readonly GoProblem[] =>
  sent.some(({ key }) => key.kind === 'rsa' && (key.bits ?? 0) > MOST_RSA_BITS)
    ? [{ kind: 'key', rule: `has an RSA key of more than ${MOST_RSA_BITS} bits, which Go refuses` }]
    : []

const leafKeyProblems = ({ key: { kind, bits = 0, curve } }: GoCertificate): readonly GoProblem[] => {
  if (kind === 'unknown') return [{ kind: 'key', rule: 'has a key of a kind that TLS in Go does not know' }]
  if (kind === 'ecdsa' && curve === 'P-224') {
    return [{ kind: 'key', rule: 'has a key on the curve P-224, with which TLS 1.3 does not work' }]
  }
  if (kind === 'rsa' && bits < LEAST_RSA_BITS) {
    return [
      { kind: 'key', rule: `has an RSA key of ${bits} bits, and Go 1.24 and newer refuse less than 1024` },
    ]
  }
  return []
}
