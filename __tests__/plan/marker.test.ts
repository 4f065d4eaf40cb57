import { describe, expect, it } from 'vitest'
import {
  begunToken,
  begunVersion,
  bootstrapMarker,
  describeMarker,
  sameMarker,
} from '../../src/plan/marker.js'
import * as w from './world.js'

const withToken = (clusterToken: string) => ({ ...w.desired, etcd: { ...w.desired.etcd, clusterToken } })
const withVersion = (version: string) => ({ ...w.desired, release: { ...w.desired.release, version } })
const CLUSTER =
  'initial-cluster=etcd-10.0.0.1=https://10.0.0.1:2380,etcd-10.0.0.2=https://10.0.0.2:2380,etcd-10.0.0.3=https://10.0.0.3:2380'

describe('a marker', () => {
  it('has the token, the members and the version, a line each', () => {
    expect(w.marker).toBe(`initial-cluster-token=etcd-cluster-0\n${CLUSTER}\nversion=3.6.14\n`)
    expect(describeMarker(w.marker)).toBe(`initial-cluster-token=etcd-cluster-0 ${CLUSTER} version=3.6.14`)
  })

  it.each<[string, string, boolean]>([
    ['the same text', w.marker, true],
    ['blanks at its end', `${w.marker}\n `, true],
    ['another version', bootstrapMarker(withVersion('3.5.33')), true],
    ['no version, as an older action wrote it', bootstrapMarker(withVersion('')), true],
    ['another token', bootstrapMarker(withToken('other')), false],
    ['other members', w.otherMarker, false],
    ['nothing', '', false],
  ])('is of the same bootstrap as one with %s: %3$s', (_, text, same) =>
    expect(sameMarker(text, w.marker)).toBe(same),
  )

  it.each<[string, string | undefined]>([
    [w.marker, '3.6.14'],
    ['version=v3.5.33', '3.5.33'],
    ['version=latest', undefined],
    ['version=', undefined],
    [`initial-cluster-token=version=3.5.33\n${CLUSTER}`, undefined],
    ['', undefined],
  ])('of %j was begun with %s', (text, version) => expect(begunVersion(text)).toBe(version))
})

describe('the token of a bootstrap that was begun', () => {
  type Host = readonly [token: string | undefined, hasMemberData: boolean]
  const of = (...hosts: readonly Host[]) =>
    begunToken(
      w.desired,
      hosts.map(([token, hasMemberData]) => ({
        bootstrapMarker: token === undefined ? undefined : bootstrapMarker(withToken(token)),
        hasMemberData,
      })),
    )

  it.each<[string, readonly Host[], string | undefined]>([
    ['no marker', [[undefined, false]], undefined],
    [
      'one marker, as the others were not reached',
      [
        ['t1', false],
        [undefined, false],
      ],
      't1',
    ],
    [
      'markers that agree',
      [
        ['t1', false],
        ['t1', true],
      ],
      't1',
    ],
    [
      'markers that differ, where nothing was started',
      [
        ['t1', false],
        ['t2', false],
      ],
      undefined,
    ],
    [
      'markers that differ: the one that a member was founded with',
      [
        ['t1', false],
        ['t2', true],
      ],
      't2',
    ],
    ['an empty token', [['', false]], undefined],
    ['a token that would be more than a token in a unit', [['a --b %n', true]], undefined],
  ])('%s', (_, hosts, token) => expect(of(...hosts)).toBe(token))

  it('is none where the marker is of other members', () => {
    const host = { bootstrapMarker: w.otherMarker, hasMemberData: true }
    expect(begunToken(w.desired, [host])).toBeUndefined()
  })
})
