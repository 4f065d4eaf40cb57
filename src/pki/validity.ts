import { Failure } from '../failure.js'
import type { Authority } from './authority.js'
import { formatTime } from './problem.js'

export const DAY_MS = 86_400_000

/** Hosts' clocks may be a little behind the runner's. */
const BACKDATE_MS = 5 * 60_000

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** From five minutes ago until `lifetimeMs` from now, cut to the CA's own validity. Throws Failure where the CA is not valid now. */
export const validityWithin = ({ issuer }: Authority, lifetimeMs: number, now: Date): Validity => {
  if (issuer.notAfter <= now || issuer.notBefore > now) {
    throw new Failure({
      what: 'cannot issue a certificate',
      why: `the CA is valid from ${formatTime(issuer.notBefore)} to ${formatTime(issuer.notAfter)}, and now it is ${formatTime(now)}`,
      next: 'give a CA that is valid today, or set the clock of the runner right',
    })
  }
  return {
    notBefore: new Date(Math.max(now.getTime() - BACKDATE_MS, issuer.notBefore.getTime())),
    notAfter: new Date(Math.min(now.getTime() + lifetimeMs, issuer.notAfter.getTime())),
  }
}
