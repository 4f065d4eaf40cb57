import { describe, expect, it } from 'vitest'
import type { HostObserved } from '../../src/cluster/observed.js'
import { commonNameOf, observeAccess } from '../../src/observe/access.js'
import type { SeenHost } from '../../src/observe/links.js'
import type { HostSession } from '../../src/ssh/port.js'
import { desiredOf } from '../etcd/desired.fixture.js'
import { makeCa } from '../pki/openssl.js'

const desired = desiredOf({ addresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] })

const pem = (name: string): string => makeCa({ key: 'P-256', subject: `/O=x/CN=${name}` }).certPem
const etcd = pem('etcd')
const FUTURE = 'Error: etcdserver: mvcc: required revision is a future revision'
const NOBODY = 'Failed to get the hash of endpoint x (rpc error: code = Unknown desc = auth: user not found)'

/** Hosts by certificate, by what etcdctl says there (undefined: its service is stopped). */
const asked = (...hosts: readonly (readonly [certificate: string, says: string | Error | undefined])[]) =>
  askedBut([], hosts)

/** The same where some are known to be let. */
const askedBut = async (
  granted: readonly string[],
  hosts: readonly (readonly [certificate: string, says: string | Error | undefined])[],
) => {
  const calls: (readonly string[])[] = []
  const seen = hosts.map(([text, says], index): SeenHost => {
    const member = desired.members[index]!
    const run = ({ args = [] }: { args?: readonly string[] }) => {
      calls.push(args)
      return says instanceof Error
        ? Promise.reject(says)
        : Promise.resolve({ code: 1, stdout: '', stderr: says ?? '' })
    }
    return {
      member,
      session: { member: member.name, run } as unknown as HostSession,
      host: {
        service: { activeState: says === undefined ? 'failed' : 'active' },
        certificate: { mode: '644', owner: 'root', text },
      } as HostObserved,
    }
  })
  return { refused: await observeAccess(desired, seen, granted), calls }
}

describe('observeAccess', () => {
  it('finds nothing where etcd answers of the revision alone, by one question for one name', async () => {
    const { refused, calls } = await asked([etcd, FUTURE], [etcd, FUTURE], [etcd, FUTURE])
    expect(refused).toEqual([])
    expect(calls).toHaveLength(1)
    expect(calls[0]).toContain('hashkv')
    expect(calls[0]).toContain('--rev=9223372036854775807')
  })

  it('names all whose certificates have a name that is refused', async () => {
    const { refused, calls } = await asked([etcd, NOBODY], [pem('other'), FUTURE], [etcd, FUTURE])
    expect(refused).toEqual([
      { members: ['etcd-10.0.0.1', 'etcd-10.0.0.3'], user: 'etcd', reason: 'etcdserver: user not found' },
    ])
    expect(calls).toHaveLength(2)
  })

  it('asks nobody with a name that is known to be let', async () => {
    const other = pem('other')
    const { refused, calls } = await askedBut(
      ['etcd-10.0.0.3'],
      [
        [etcd, NOBODY],
        [other, NOBODY],
        [etcd, NOBODY],
      ],
    )
    expect(refused).toEqual([
      { members: ['etcd-10.0.0.2'], user: 'other', reason: 'etcdserver: user not found' },
    ])
    expect(calls).toHaveLength(1)
  })

  it.each([
    ['a member that is down', undefined],
    ['one that cannot be asked', new Error('lost')],
    ['one that does not answer in time', 'Error: context deadline exceeded'],
    ['a kernel that lets nobody read the key', 'open /etc/kubernetes/ssl/etcd-key.pem: permission denied'],
  ])('learns nothing from %s', async (_, says) => expect((await asked([etcd, says])).refused).toEqual([]))

  it('reads the common name, and none where there is no certificate', () => {
    expect([etcd, '', 'x', pem('a b=c')].map(commonNameOf)).toEqual(['etcd', '', '', 'a b=c'])
  })
})
