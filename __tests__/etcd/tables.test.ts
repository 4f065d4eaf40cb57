import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { quotaOf, TUNING } from '../../src/etcd/flags.js'
import { RECOMMENDED } from '../../src/etcd/recommended.js'
import { pinnedDigest } from '../../src/etcd/release.js'
import { minorOf } from '../../src/cluster/version.js'
import { SOUND } from '../../src/etcd/upgrade/rules.js'
import { desiredOf } from './desired.fixture.js'

describe('the recommended release', () => {
  it('has every known fix of its minor, and is one that the action knows the digest of', () => {
    expect(RECOMMENDED).toBe(SOUND[minorOf(RECOMMENDED)])
    for (const arch of ['amd64', 'arm64', 'ppc64le'] as const)
      expect(pinnedDigest(RECOMMENDED, arch), arch).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is the one that action.yml names', () =>
    expect(readFileSync('action.yml', 'utf8').replace(/\s+/g, ' ')).toContain(
      `this version of the action recommends, which is ${RECOMMENDED}.`,
    ))
})

describe('tuning values', () => {
  /** Every value that a release of the action has set. Add to it, and take nothing away. */
  const EVER: Readonly<Record<string, readonly string[]>> = {
    'snapshot-count': ['50000'],
    'auto-compaction-retention': ['1'],
    'auto-compaction-mode': ['periodic'],
    'max-request-bytes': ['10485760'],
    'quota-backend-bytes': ['8589934592'],
  }
  it.each(Object.entries(EVER))(
    'of %s are all known, so that members keep the one they have',
    (name, values) => {
      const flag = TUNING.find((candidate) => candidate.name === name)
      expect([flag?.value, ...(flag?.before ?? [])].sort()).toEqual([...values].sort())
    },
  )
  it('are no others', () => expect(TUNING.map(({ name }) => name)).toEqual(Object.keys(EVER)))
})

describe('the quota of members that keep an older one', () => {
  const desired = desiredOf({ addresses: ['10.0.0.1', '10.0.0.2'] })
  const name = 'quota-backend-bytes'
  const kept = [
    { member: 'a', flags: [{ name, value: '3000' }] },
    { member: 'b', flags: [{ name, value: '2000' }] },
  ]
  it('is the least of them', () => expect(quotaOf({ etcd: { ...desired.etcd, kept } })).toBe(2000))
  it('is that of etcd-args where they have one', () => {
    const args = [{ name, value: '5000' }]
    expect(quotaOf({ etcd: { ...desired.etcd, kept, args } })).toBe(5000)
  })
  it('is the one of the action where no member keeps one', () => expect(quotaOf(desired)).toBe(8589934592))
})
