import type { HostObserved } from '../../cluster/observed.js'
import { formatDuration } from '../../time/duration.js'
import type { Check, HostFinding } from './check.js'

/** Beyond this, certificates that were just made and the leases of clients are judged differently on each host. */
const MOST_SKEW_MS = 5000

const NEXT = 'set both clocks by NTP'

/**
 * The host's clock against the runner's, by which certificates are made, and against those of the other hosts, by which they are
 * judged. What the way there and back took says nothing of a clock, so that much is forgiven.
 */
export const clock: Check = {
  name: 'clock',
  stops: ['found', 'restart', 'install', 'renew'],
  find: ({ host, observed: { hosts } }) => {
    if (!isOff(host)) return betweenHosts(host, hosts)
    const all = hosts.length > 1 && hosts.every(isOff) && hosts.every((other) => agree(host, other))
    const problem = `its clock is ${apart(host.clockSkewMs)} the runner's`
    return [
      all
        ? {
            problem: `${problem}, and so are those of all hosts: the runner's own may be wrong`,
            next: "set the runner's clock by NTP",
          }
        : { problem, next: NEXT },
    ]
  },
}

const isOff = ({ clockSkewMs, clockErrorMs }: HostObserved): boolean =>
  Math.abs(clockSkewMs) - clockErrorMs > MOST_SKEW_MS

const agree = (a: HostObserved, b: HostObserved): boolean =>
  Math.abs(a.clockSkewMs - b.clockSkewMs) - a.clockErrorMs - b.clockErrorMs <= MOST_SKEW_MS

/** Said once for a pair, of the one that is ahead; a host that is off from the runner has its own sentence. */
const betweenHosts = (host: HostObserved, hosts: readonly HostObserved[]): readonly HostFinding[] => {
  const behind = hosts.find(
    (other) => !isOff(other) && !agree(host, other) && host.clockSkewMs > other.clockSkewMs,
  )
  return behind === undefined
    ? []
    : [
        {
          problem: `its clock is ${apart(host.clockSkewMs - behind.clockSkewMs)} that of ${behind.member}`,
          next: NEXT,
        },
      ]
}

const apart = (ms: number): string => `${formatDuration(Math.abs(ms))} ${ms > 0 ? 'ahead of' : 'behind'}`
