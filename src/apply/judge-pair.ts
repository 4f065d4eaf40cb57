import { toolPath } from '../cluster/places.js'
import { pairRefusal } from '../etcd/pair-verdict.js'
import { Failure } from '../failure.js'
import { judgePair } from '../host/judge-pair.js'
import { releasePath } from '../host/release.js'
import { whereOf } from '../host/refusal.js'
import { formatDuration } from '../time/duration.js'
import type { ApplyContext, CertificatePair, HostAtWork } from './context.js'

export interface JudgeOf {
  /** The release in the store that is to serve it; absent: the one in `bin-dir`. */
  readonly release?: { readonly version: string; readonly sha256: string } | undefined
  /** PEM of the CA that will be in force. */
  readonly caPem: string
  readonly pair: CertificatePair
}

/**
 * Has the host's own etcd say that it takes a pair, as server and as client, before anything of it is put in place. Where that could
 * not be tried it is said, and gone on: what a member serves is looked at once more when it does. Throws Failure with Go's words.
 */
export const judge = async (
  { desired, say }: Pick<ApplyContext, 'desired' | 'say'>,
  { member, session }: Pick<HostAtWork, 'member' | 'session'>,
  { release, caPem, pair }: JudgeOf,
): Promise<void> => {
  const { layout } = desired
  const { binDir } = layout
  const etcd = release ? `${releasePath({ binDir, ...release })}/etcd` : toolPath(layout, 'etcd')
  const start = performance.now()
  const judged = await judgePair(session, { etcd, layout, caPem, ...pair })
  if (judged.kind === 'accepted') {
    const took = formatDuration(performance.now() - start)
    return say(`${member.name}: etcd there takes its new certificate, judged in ${took}`)
  }
  const why = judged.kind === 'refused' ? pairRefusal(judged.said) : ''
  if (why === '') {
    const reason = judged.kind === 'untried' ? judged.why : 'its scratch member did not answer'
    return say(`${member.name}: etcd could not be asked whether it takes the new certificate: ${reason}`)
  }
  throw new Failure({
    what: 'etcd there refuses the certificate that it was to be given',
    where: whereOf(session),
    why,
    next: adviceFor(why),
  })
}

const adviceFor = (why: string): string => {
  if (why.includes('not authorized to sign for this name') || why.includes('constraint'))
    return 'leave out of certificate-sans and hosts what the CA may not sign for, or give a CA that may'
  if (why.includes('not yet valid'))
    return 'compare the clock of that host with that of the runner, and set both by NTP'
  return 'give a CA whose certificates Go takes'
}
