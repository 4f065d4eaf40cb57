import { expect, it } from 'vitest'
import type { HostObserved, Observed } from '../../src/cluster/observed.js'
import { fullDatabases } from '../../src/plan/full-databases.js'

const GIB = 1024 ** 3

const fullOf = (dbSize: number, ...flags: readonly string[]): readonly string[] =>
  fullDatabases({
    hosts: [{ member: 'a', process: { argv: ['etcd', ...flags] } } as unknown as HostObserved],
    cluster: { statuses: [{ member: 'a', dbSize }] } as unknown as Observed['cluster'],
  })

it.each([
  ['near what is given', 0.9 * GIB, ['--quota-backend-bytes', `${GIB}`], true],
  [
    'far from what is given last',
    0.9 * GIB,
    [`--quota-backend-bytes=${GIB}`, '--quota-backend-bytes=9999999999'],
    false,
  ],
  ['near the default', 1.7 * GIB, [], true],
  ['far from the default', GIB, [], false],
  ['near the default, by 0', 1.7 * GIB, ['--quota-backend-bytes=0'], true],
  ['without a quota', 99 * GIB, ['--quota-backend-bytes=-1'], false],
])('a database %s', (_, dbSize, flags, full) => {
  expect(fullOf(dbSize, ...flags)).toEqual(full ? ['a'] : [])
})
