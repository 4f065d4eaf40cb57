import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { JUDGE_PAIR_SCRIPT } from './judge-pair-script.js'
import { SCRATCH, certificatePaths } from '../cluster/places.js'

export interface PairToJudge {
  /** Path of etcd on the host, with its etcdctl beside it. */
  readonly etcd: string
  readonly layout: Pick<Layout, 'serviceName' | 'serviceUser' | 'caDir'>
  /** PEM: the CA that will be in force beside the pair. */
  readonly caPem: string
  readonly certificatePem: string
  /** Absent: the key that is on the host. */
  readonly privateKeyPem?: () => string
}

/** `refused` holds all that etcd and etcdctl said; `untried`: one clause on why it could not be tried. */
export type Judged =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly said: string }
  | { readonly kind: 'untried'; readonly why: string }

/**
 * Has etcd itself judge a pair of key and certificate: a scratch etcd of that release, as the service user, on a free port of 127.0.0.1,
 * and the etcdctl of the same release as its client with the same pair. Go looks at all names of a certificate against all name
 * constraints, whichever is asked for (crypto/x509 verify.go), and by the clock of that host. Nothing is left of it; what runs
 * is not touched. Throws Failure where the session is lost.
 */
export const judgePair = async (
  session: HostSession,
  { etcd, layout, caPem, certificatePem, privateKeyPem }: PairToJudge,
  scratch = `${SCRATCH}-${layout.serviceName}`,
): Promise<Judged> => {
  const parts = [caPem, certificatePem, ...(privateKeyPem ? [privateKeyPem()] : [])].map((text) =>
    Buffer.from(text),
  )
  const { code, stdout, stderr } = await session.run({
    label: 'have etcd judge key and certificate',
    script: JUDGE_PAIR_SCRIPT,
    args: [
      scratch,
      etcd,
      etcd.replace(/etcd$/, 'etcdctl'),
      layout.serviceUser,
      privateKeyPem ? '' : certificatePaths(layout).key,
      ...parts.map(({ length }) => String(length)),
    ],
    stdin: Buffer.concat(parts),
    timeoutMs: 60_000,
  })
  if (code !== 0) {
    const why = stderr.trim().split('\n').at(-1) || `exit status ${code}`
    return { kind: 'untried', why }
  }
  return stdout.trim() === 'accepted' ? { kind: 'accepted' } : { kind: 'refused', said: stderr }
}
