import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import {
  parseEndpointHealth,
  parseEndpointStatus,
  parseLeaseGrant,
  parseMemberList,
} from '../../src/etcd/responses.js'
import { RECORDED, VERSIONS } from './recorded.fixture.js'

const CLUSTER = '7f017e38852508e3'
const MEMBER = '2bc21162cab8eb93'

describe.each(VERSIONS)('etcdctl %s', (version) => {
  const recorded = RECORDED[version]

  it('endpoint health', () =>
    expect(parseEndpointHealth(recorded.health)).toEqual([
      {
        endpoint: 'http://127.0.0.1:24790',
        healthy: true,
        took: expect.stringMatching(/^\d\.\d{6}ms$/),
        tookMs: Number(/[\d.]+(?=ms)/.exec(recorded.health)?.[0]),
        error: '',
        cause: '',
      },
    ]))

  it('endpoint status, ids exact', () =>
    expect(parseEndpointStatus(recorded.status)).toMatchObject([
      {
        endpoint: 'http://127.0.0.1:24790',
        clusterId: CLUSTER,
        memberId: MEMBER,
        leader: MEMBER,
        version,
        raftTerm: '2',
        isLearner: false,
        dbSizeQuota: version < '3.6' ? undefined : 2_000_000,
        storageVersion: version < '3.6' ? '' : `${version.slice(0, 3)}.0`,
        errors: version < '3.6' ? [] : [expect.stringMatching(/alarm:NOSPACE/)],
      },
    ]))

  it('endpoint status of an endpoint that is down: no row', () =>
    expect(parseEndpointStatus(recorded.downStatus)).toEqual([]))

  it('member list, with a member that never started', () => {
    const { clusterId, memberId, members } = parseMemberList(recorded.members)
    const unstarted = BigInt(/"ID":(\d+),"peerURLs"/.exec(recorded.members)?.[1] ?? 0).toString(16)
    expect({ clusterId, memberId }).toEqual({ clusterId: CLUSTER, memberId: MEMBER })
    expect(members).toEqual([
      {
        id: MEMBER,
        name: 'n1',
        peerUrls: ['http://127.0.0.1:24791'],
        clientUrls: ['http://127.0.0.1:24790'],
        isLearner: false,
      },
      { id: unstarted, name: '', peerUrls: ['http://127.0.0.1:9'], clientUrls: [], isLearner: true },
    ])
  })

  it('lease grant', () =>
    expect(BigInt(`0x${parseLeaseGrant(recorded.lease)}`)).toBe(
      BigInt(/"ID":(\d+)/.exec(recorded.lease)?.[1] ?? 0),
    ))
})

describe('fields that are left out, and values of other kinds', () => {
  it('no leader, no numbers: empty and zero', () =>
    expect(parseEndpointStatus('[{"Endpoint":"e","Status":{"header":{},"isLearner":true}}]')).toEqual([
      {
        endpoint: 'e',
        clusterId: '',
        memberId: '',
        revision: '0',
        version: '',
        dbSize: 0,
        dbSizeInUse: 0,
        dbSizeQuota: undefined,
        leader: '',
        raftIndex: '0',
        raftAppliedIndex: '0',
        raftTerm: '0',
        isLearner: true,
        storageVersion: '',
        errors: [],
      },
    ]))

  it('a leader of 0 is none', () =>
    expect(parseEndpointStatus('[{"Endpoint":"e","Status":{"leader":0}}]')[0]?.leader).toBe(''))

  it('a health row without took (the client could not be made)', () =>
    expect(
      parseEndpointHealth('[{"endpoint":"e","health":false,"took":"","error":"open /x: no such file"}]'),
    ).toEqual([
      {
        endpoint: 'e',
        healthy: false,
        took: '',
        tookMs: undefined,
        error: 'open /x: no such file',
        cause: '',
      },
    ]))

  it('digits inside of texts stay as they are', () =>
    expect(
      parseEndpointHealth(
        String.raw`[{"endpoint":"https://10.0.0.1:2379","health":false,"took":"","error":"id \"18446744073709551615\" 1"}]`,
      )[0],
    ).toMatchObject({ endpoint: 'https://10.0.0.1:2379', error: 'id "18446744073709551615" 1' }))
})

describe('64-bit ids', () => {
  const id = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })

  it('are exact wherever they stand, bare or quoted (as the JSON gateway writes them)', () =>
    fc.assert(
      fc.property(id, id, id, fc.boolean(), (cluster, member, leader, quoted) => {
        const write = (value: bigint) => (quoted ? `"${value}"` : `${value}`)
        const text =
          `[{"Endpoint":"e","Status":{"header":{"cluster_id":${write(cluster)},"member_id":${write(member)}},` +
          `"leader":${write(leader)},"raftIndex":${write(member)}}}]`
        expect(parseEndpointStatus(text)[0]).toMatchObject({
          clusterId: cluster.toString(16),
          memberId: member.toString(16),
          leader: leader.toString(16),
          raftIndex: member.toString(),
        })
      }),
    ))

  it('members keep them whatever their names and URLs are', () =>
    fc.assert(
      fc.property(id, fc.string({ unit: 'grapheme' }), (member, name) => {
        const text = `{"members":[{"ID":${member},"name":${JSON.stringify(name)},"peerURLs":[${JSON.stringify(name)}]}]}`
        expect(parseMemberList(text).members[0]).toMatchObject({
          id: member.toString(16),
          name,
          peerUrls: [name],
        })
      }),
    ))
})

describe('answers that etcdctl does not write', () => {
  const readers = {
    parseEndpointHealth,
    parseEndpointStatus,
    parseMemberList,
    parseLeaseGrant,
  }

  it.each(Object.entries(readers))('%s shows the first line', (_, parse) => {
    expect(() => parse('bash: etcdctl: command not found\nmore\n')).toThrow(
      /^cannot read the answer of etcdctl [a-z ]+: it begins with "bash: etcdctl: command not found"; check /,
    )
    expect(() => parse('')).toThrow(/: it is empty; /)
    expect(() => parse('"text"')).toThrow(Failure)
  })

  it.each([
    ['parseEndpointHealth of an object', () => parseEndpointHealth('{}')],
    ['parseEndpointStatus of texts', () => parseEndpointStatus('["a"]')],
    ['parseMemberList without members', () => parseMemberList('{}')],
    ['parseLeaseGrant without an id', () => parseLeaseGrant('{"TTL":60}')],
  ])('%s', (_, read) => expect(read).toThrow(Failure))

  it('long lines are cut', () => expect(() => parseMemberList('x'.repeat(5000))).toThrow(/x{200}\.\.\./))

  it('nothing but Failure is ever thrown', () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        fc.constantFrom(...Object.values(readers)),
        (text, parse) => {
          try {
            parse(text)
          } catch (error) {
            expect(error).toBeInstanceOf(Failure)
          }
        },
      ),
    ))
})
