import { alarmAdvice } from './alarms.js'
import { adviceOnRefusal } from './authentication.js'
import { DIVERGED_NEXT } from './divergence.js'
import type { EndpointHealth, HealthVerdict } from './health.js'
import { raisedIn } from './raised.js'

/** Where a person looks for what a verdict complains of. */
export interface AdviceContext {
  /** `hosts`: asked on a node, with its own certificate; `runner`: asked with `client-cert`. */
  readonly askedFrom: 'hosts' | 'runner'
}

/** The member whose service and journal may tell why it is down; undefined where no member is. */
export const downMember = ({ endpoints }: HealthVerdict): EndpointHealth | undefined => endpoints.find(isDown)

/** What to do about an unhealthy verdict, as a clause. */
export const adviceOn = (verdict: HealthVerdict, { askedFrom }: AdviceContext): string => {
  if (verdict.divergence !== undefined) return DIVERGED_NEXT
  const problems = verdict.problems.join('\n')
  const alarms = raisedIn(verdict).map(({ alarm }) => alarm)
  if (adviceOnRefusal(problems) !== undefined) {
    return 'authentication is switched on in this cluster: the user named like the common name (CN) of the certificate it is asked with has to exist and needs the role root'
  }
  if (/(?:tls|x509): |connection reset by peer/.test(problems)) {
    return askedFrom === 'runner'
      ? 'check that ca-cert, client-cert and client-key belong to this cluster'
      : 'check the certificates in ca-dir of the members named here'
  }
  if (downMember(verdict)) return 'look at systemctl status and journalctl of the members named here'
  const alarm = ['CORRUPT', 'NOSPACE'].find((name) => alarms.includes(name))
  if (alarm !== undefined) return alarmAdvice(alarm)
  return 'every endpoint answers: put right what is named here, or the inputs that ask for something else'
}

/** A member that raised an alarm, or suffers from one, runs well itself: its journal tells nothing. */
const isDown = ({ healthy, error }: EndpointHealth): boolean => !healthy && !error.startsWith('Active Alarm')
