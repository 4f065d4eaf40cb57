import type { Observed } from '../cluster/observed.js'
import { isNearQuota } from '../cluster/quota.js'
import { flagsIn } from './argv.js'

/** Where none is given (server/storage/quota.go, DefaultQuotaBytes). */
const DEFAULT_QUOTA = 2 * 1024 ** 3

/**
 * Members whose database is near the quota that they run with. Any write may raise the alarm NOSPACE there, also one of a few bytes that is
 * taken back at once: each member judges it when it applies it (server/etcdserver/apply/apply.go, quotaApplierV3).
 */
export const fullDatabases = ({ hosts, cluster }: Pick<Observed, 'hosts' | 'cluster'>): readonly string[] =>
  (cluster?.statuses ?? [])
    .filter(({ member, dbSize = 0 }) => {
      const argv = hosts.find((host) => host.member === member)?.process?.argv ?? []
      const given = Number(flagsIn(argv).get('--quota-backend-bytes')?.at(-1) ?? 0)
      return isNearQuota(dbSize, given || DEFAULT_QUOTA)
    })
    .map(({ member }) => member)
