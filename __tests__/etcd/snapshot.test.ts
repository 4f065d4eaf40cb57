import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endpointHashKv, moveLeader, snapshotSave } from '../../src/etcd/etcdctl.js'
import { hashKvAnswer } from '../../src/etcd/outcome.js'
import { parseEndpointHashKv } from '../../src/etcd/responses.js'
import { parseSnapshotStatus, snapshotName, snapshotPrefix, snapshotStatus } from '../../src/etcd/snapshot.js'

const access = {
  etcdctl: '/b/etcdctl',
  endpoint: 'https://a:2379',
  caFile: 'ca',
  certFile: 'c',
  keyFile: 'k',
}
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
const i64 = fc.bigInt({ min: 1n, max: (1n << 63n) - 1n })

describe('snapshot status', () => {
  it.each([
    ['3.4.23', '/b/etcdctl'],
    ['3.5.0', '/b/etcdutl'],
    ['3.6.14', '/b/etcdutl'],
    ['4.0.0', '/b/etcdutl'],
  ])('is asked of the tool that %s has for it', (version, tool) => {
    expect(snapshotStatus('/b', version, '/s.db').argv).toEqual([
      tool,
      '--write-out=json',
      'snapshot',
      'status',
      '/s.db',
    ])
  })

  it('reads what etcdutl 3.6 writes', () => {
    expect(
      parseSnapshotStatus(
        '{"hash":3478065163,"revision":9,"totalKey":14,"totalSize":24576,"version":"3.6.0"}\n',
      ),
    ).toEqual({ hash: 'cf4f100b', revision: '9', totalKeys: 14, totalSize: 24576 })
  })

  it('loses no digit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffffffff }), i64, (hash, revision) => {
        const text = `{"hash":${hash},"revision":${revision},"totalKey":1,"totalSize":20480}`
        const status = parseSnapshotStatus(text)
        expect([status.hash, status.revision]).toEqual([hash.toString(16), String(revision)])
      }),
    )
  })

  it.each(['', 'null', '[]', '{}', '{"hash":1}', 'Error: no such file'])('refuses %j', (text) => {
    expect(() => parseSnapshotStatus(text)).toThrow(/cannot read the answer of etcdctl snapshot status/)
  })
})

describe('names of snapshots', () => {
  it('tell cluster, time and revision', () => {
    const at = new Date(Date.UTC(2026, 10, 23, 9, 15, 1, 999))
    expect(snapshotName('cdf818194e3a8c32', at, '42')).toBe('etcd-cdf818194e3a8c32-20261123T091501Z-rev42.db')
  })

  it('sort as their times do', () => {
    const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(time, time, i64, i64, (a, b, revisionA, revisionB) => {
        fc.pre(Math.floor(a.getTime() / 1000) < Math.floor(b.getTime() / 1000))
        const [first, second] = [
          snapshotName('c', a, String(revisionA)),
          snapshotName('c', b, String(revisionB)),
        ]
        expect(first < second).toBe(true)
        expect(first.startsWith(snapshotPrefix('c'))).toBe(true)
      }),
    )
  })
})

describe('calls of a roll', () => {
  it.each([
    ['endpoint hashkv', endpointHashKv(access, '12'), ['endpoint', 'hashkv', '--rev=12']],
    ['move-leader', moveLeader(access, '8e9e05c52164694d'), ['move-leader', '8e9e05c52164694d']],
    ['snapshot save', snapshotSave(access, '/s.db'), ['snapshot', 'save', '/s.db']],
  ])('%s names one endpoint and its words', (_name, { argv, timeoutMs }, words) => {
    expect(argv.slice(-words.length)).toEqual(words)
    expect(argv.filter((word) => word.startsWith('--endpoints='))).toEqual(['--endpoints=https://a:2379'])
    expect(timeoutMs).toBeGreaterThan(Number(/--command-timeout=(\d+)ms/.exec(argv.join(' '))?.[1]))
  })

  it('waits longer for a new leader than etcd does itself', () => {
    expect(moveLeader(access, '1').argv).toContain('--command-timeout=8000ms')
  })
})

describe('endpoint hashkv', () => {
  it('reads 3.4 and 3.6, to the last digit', () => {
    fc.assert(
      fc.property(u64, i64, i64, fc.option(i64), (member, revision, compact, hashed) => {
        const hashRevision = hashed === null ? '' : `,"hash_revision":${hashed}`
        const text = `[{"Endpoint":"https://a:2379","HashKV":{"header":{"cluster_id":1,"member_id":${member},"revision":${revision},"raft_term":2},"hash":4294967295,"compact_revision":${compact}${hashRevision}}}]\n`
        expect(parseEndpointHashKv(text)).toEqual([
          {
            endpoint: 'https://a:2379',
            memberId: BigInt(member) === 0n ? '' : BigInt.asUintN(64, BigInt(member)).toString(16),
            revision: String(revision),
            hash: '4294967295',
            compactRevision: String(compact),
            hashRevision: String(hashed ?? 0),
          },
        ])
      }),
    )
  })

  it('tells why there is none', () => {
    const stderr =
      'Failed to get the hash of endpoint https://a:2379 (etcdserver: mvcc: required revision is a future revision)\n'
    expect(hashKvAnswer({ code: 1, stdout: '[]\n', stderr }, 'https://a:2379')).toEqual({
      ok: false,
      reason: expect.stringContaining('required revision is a future revision') as string,
    })
  })
})
