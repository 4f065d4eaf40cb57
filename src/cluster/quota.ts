/** Of its quota a database may hold less than this before its members are restarted: a roll writes, and etcd stops all writes at 100 %. */
const SHARE = 0.8

/** Is a database of `dbSize` bytes too near to its quota, in bytes? */
export const isNearQuota = (dbSize: number, quota: number): boolean => quota > 0 && dbSize >= SHARE * quota
