/** More than the database itself: etcd goes on writing, and a disk that is full to the brim stops it. */
const RESERVE_BYTES = 64 * 1024 * 1024

/** Bytes that have to be free where a snapshot of a database of `dbSize` bytes is saved. */
export const snapshotRoom = (dbSize: number): number => dbSize + RESERVE_BYTES
