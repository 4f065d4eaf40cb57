import type { HealthPolicy } from '../cluster/desired.js'
import { complete, type Form } from './form.js'
import { parseClusterId, integer } from './parse/scalar.js'
import { durationUpTo } from './parse/duration.js'

const HOUR_MS = 3_600_000

/** Reads what counts as healthy and how long it may take. */
export const readHealth = (form: Form): HealthPolicy | undefined => {
  const maxLatency = form.askOr('max-latency', durationUpTo(HOUR_MS, '100ms'), 'none' as const)
  const policy = complete<Omit<HealthPolicy, 'maxLatencyMs'>>({
    timeoutMs: form.ask('health-timeout', durationUpTo(24 * HOUR_MS, '60s')),
    commitProbe: form.ask('commit-probe', integer(0, 10_000, '100')),
    expectClusterId: form.askOr('expect-cluster-id', parseClusterId, ''),
  })
  if (policy === undefined || maxLatency === undefined) return undefined
  return { ...policy, maxLatencyMs: maxLatency === 'none' ? undefined : maxLatency }
}
