import { Failure } from '../failure.js'
import { verifyAsGo } from './go-x509/verify.js'
import type { ExtendedUsage } from './oid.js'
import { formatTime } from './problem.js'

/** A certificate that was just signed, and in front of whom it has to hold. */
export interface Acceptance {
  /** The leaf, and the intermediate CAs behind it. */
  readonly certificatePem: string
  /** The bundle that goes to the hosts with it. */
  readonly caPem: string
  readonly at: Date
  readonly usages: readonly ExtendedUsage[]
}

/** Lets a new certificate go on its way only if etcd, that is Go's verifier, would accept it; throws Failure with all that it would not. */
export const insistOnAcceptance = ({ certificatePem, caPem, at, usages }: Acceptance): void => {
  const problems = verifyAsGo({ certificatePem, caPem, at, usages })
  if (problems.length === 0) return
  throw new Failure({
    what: 'signed a certificate that etcd would refuse, and threw it away',
    why: `at ${formatTime(at)} it ${problems.map(({ rule }) => rule).join('; it ')}`,
    state: 'it was not sent to any host',
    next: 'give a CA in ca-cert and ca-key that may sign such a certificate',
  })
}
