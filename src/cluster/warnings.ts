import { alarmAdvice, describeAlarm } from './alarms.js'
import type { HealthVerdict } from './health.js'
import { isNearQuota } from './quota.js'
import { raisedIn } from './raised.js'

/** What a cluster is held against. */
export interface WarnedOf {
  /** `--quota-backend-bytes`, for members that do not tell it (before 3.6); undefined: unknown. */
  readonly quotaBytes: number | undefined
  /** What is to be known of a release; undefined where there is nothing. */
  readonly adviceOnRelease: (version: string) => string | undefined
}

/** What does not make a cluster unhealthy, or says what to do where it does: one sentence each, without full stop. */
export const warningsOf = (verdict: HealthVerdict, of: WarnedOf): readonly string[] => [
  ...alarms(verdict),
  ...space(verdict, of),
  ...releases(verdict, of),
  ...plaintext(verdict),
]

const alarms = (verdict: HealthVerdict): readonly string[] =>
  raisedIn(verdict).map(
    (raised) => `${raised.by} has raised ${describeAlarm(raised)}; ${alarmAdvice(raised.alarm)}`,
  )

const space = ({ endpoints }: HealthVerdict, { quotaBytes }: WarnedOf): readonly string[] =>
  endpoints.flatMap(({ name, endpoint, dbSize, dbSizeQuota, alarms: raised }) => {
    const quota = dbSizeQuota ?? quotaBytes
    if (quota === undefined || !isNearQuota(dbSize, quota) || raised.includes('NOSPACE')) return []
    const percent = Math.floor((100 * dbSize) / quota)
    return [
      `the database of ${name || endpoint} is at ${percent} % of its quota of ${(quota / 2 ** 20).toFixed(0)} MiB; when it is ` +
        'full the cluster takes no writes: compact and defragment, or raise --quota-backend-bytes',
    ]
  })

const releases = ({ endpoints }: HealthVerdict, { adviceOnRelease }: WarnedOf): readonly string[] => {
  const versions = new Set(endpoints.map(({ version }) => version).filter((version) => version !== ''))
  return [...versions].flatMap((version) => adviceOnRelease(version) ?? [])
}

/** What a member advertises; a listener that it does not advertise cannot be seen from there. */
const plaintext = ({ members }: HealthVerdict): readonly string[] =>
  members.flatMap(({ name, clientUrls }) => {
    const urls = clientUrls.filter((url) => url.startsWith('http://'))
    return urls.length === 0
      ? []
      : [
          `${name} serves clients without TLS at ${urls.join(', ')}: whoever reaches that address reads and writes everything`,
        ]
  })
