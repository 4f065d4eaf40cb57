import { X509Certificate } from 'node:crypto'
import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import { clauseOf, Failure } from '../../failure.js'
import { httpsStatus, type AsWhom } from '../../ssh/https-status.js'
import { OpenFailure, type HostSession } from '../../ssh/port.js'
import { servedSerial } from '../../ssh/served-certificate.js'
import { trustServer } from '../../ssh/trusted-server.js'
import type { CertificatePair } from '../context.js'
import type { Prove } from '../roll/renew-member.js'

export interface ProofOverSsh {
  readonly desired: Pick<Desired, 'members' | 'etcd'>
  readonly sessions: readonly HostSession[]
  /** The pair that a member is given by this run; undefined where it keeps its own. */
  readonly pairOf: (member: string) => Promise<CertificatePair> | undefined
  /** PEM of the CA file on the host of a member. */
  readonly caOf: (member: string) => string
  readonly say: (line: string) => void
}

/** Peers answer it on their own port, in 3.4 to 3.7 (etcd server/etcdserver/api/etcdhttp/peer.go). */
const PATH = '/version'

/**
 * Proves the new pair of a member with new connections, which its host and those of the others make: what etcd has open already goes
 * on with the old one. It serves the new serial at both ports; it takes others as its peers, and trusts itself; and the others
 * take it as theirs, from its own address, which etcd looks for in the certificate of a peer (client/pkg/transport/listener_tls.go).
 * Whom it takes, peers alone can show, as a cluster may name those it takes (`peer-cert-allowed-cn`): the key of one that keeps its pair
 * stays on its host, so that from there it is only seen whether the new certificate is trusted.
 */
export const provePair =
  (over: ProofOverSsh): Prove =>
  async (name, { beside, serves }) => {
    const { desired, sessions, pairOf } = over
    const { peerPort, clientPort } = desired.etcd
    const member = memberOf(over, name)
    const pair = await pairOf(name)
    const session = sessions.find((candidate) => candidate.member === name)
    if (!pair || !session) throw new Error(`${name} has no new certificate, or no session`)
    const own = { cert: pair.certificatePem, key: pair.privateKeyPem() }
    const at = (of: Member) => ({ address: of.address, port: peerPort, path: PATH })
    try {
      const wanted = serialOf(pair.certificatePem)
      for (const port of serves ? [peerPort, clientPort] : [peerPort]) {
        const served = await servedSerial(session, member.address, port)
        if (served !== wanted) throw new Error(`port ${port} serves the certificate with serial ${served}`)
      }
      await answers(session, at(member), { ...own, ca: over.caOf(name) }, `${name} itself`)
      for (const other of beside) {
        const from = sessions.find((candidate) => candidate.member === other)
        const given = await pairOf(other)
        if (!from) continue
        const ca = over.caOf(other)
        if (given) {
          const theirs = { cert: given.certificatePem, key: given.privateKeyPem(), ca }
          await answers(from, at(member), theirs, `${other} as its peer`)
        } else await told(trustServer(from, at(member), ca), `${other}, which is to trust it,`)
        await answers(session, at(memberOf(over, other)), own, `it as a peer of ${other}`)
      }
    } catch (error) {
      if (!(error instanceof OpenFailure) || error.kind !== 'prohibited') throw error
      over.say(
        `${name}: its SSH server forwards nothing, so that its peers could not be asked about its new certificate; etcdctl on its host is`,
      )
    }
  }

const memberOf = ({ desired }: ProofOverSsh, name: string): Member => {
  const member = desired.members.find((candidate) => candidate.name === name)
  if (!member) throw new Error(`there is no member ${name}`)
  return member
}

const serialOf = (pem: string): string =>
  new X509Certificate(pem).serialNumber.toLowerCase().replace(/^0+/, '')

const answers = async (
  from: HostSession,
  at: Parameters<typeof httpsStatus>[1],
  as: AsWhom,
  who: string,
): Promise<void> => {
  const status = await told(httpsStatus(from, at, as), who)
  if (status !== 200) throw refused(who, `GET ${at.path} at port ${at.port} answers ${status}`)
}

const refused = (who: string, why: string): Failure =>
  new Failure({ what: `a new connection for ${who} failed`, why })

/** Says for whom a connection was made that failed. */
const told = <T>(made: Promise<T>, who: string): Promise<T> =>
  made.catch((error: unknown) => {
    throw error instanceof OpenFailure && error.kind === 'prohibited' ? error : refused(who, clauseOf(error))
  })
