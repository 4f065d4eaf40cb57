import { describe, expect, it } from 'vitest'
import { deploy, problemsIn, readWith, type Texts } from './setting.js'

describe('what is said of changing a running cluster', () => {
  it('has defaults', () => {
    const { roll, snapshot, expectPlan } = readWith(deploy).desired
    expect(roll).toEqual({
      allowDowntime: false,
      soakMs: 5000,
      maxWriteGapMs: undefined,
      canary: true,
      beforeMember: '',
      afterMember: '',
    })
    expect(snapshot).toEqual({ when: 'auto', dir: '/var/backups/etcd', keep: 5, download: '' })
    expect(expectPlan).toBe('')
  })

  it('is read', () => {
    const digest = 'AB'.repeat(32)
    const { roll, snapshot, expectPlan } = readWith({
      ...deploy,
      'allow-downtime': 'true',
      soak: '0s',
      'max-write-gap': '1.5s',
      'before-member': './drain "$ETCD_DEPLOY_MEMBER"',
      'after-member': './undrain',
      snapshot: 'always',
      'snapshot-dir': '/srv/etcd-snapshots/',
      'snapshot-keep': '2',
      'snapshot-download': 'out',
      'expect-plan': digest,
    }).desired
    expect(roll).toEqual({
      allowDowntime: true,
      soakMs: 0,
      maxWriteGapMs: 1500,
      canary: true,
      beforeMember: './drain "$ETCD_DEPLOY_MEMBER"',
      afterMember: './undrain',
    })
    expect(snapshot).toEqual({ when: 'always', dir: '/srv/etcd-snapshots', keep: 2, download: 'out' })
    expect(expectPlan).toBe(digest.toLowerCase())
  })

  it.each<[string, Texts, string]>([
    ['a soak without unit', { soak: '5' }, 'soak "5" has no unit'],
    [
      'a gap nobody measures',
      { canary: 'false', 'max-write-gap': '2s' },
      'max-write-gap "2s" needs the writer that canary switches on',
    ],
    ['a gap of nothing', { 'max-write-gap': '0s' }, 'max-write-gap "0s" is no time at all'],
    ['a canary that is none', { canary: 'yellow' }, 'canary "yellow" is neither true nor false'],
    [
      'a snapshot at times',
      { snapshot: 'sometimes' },
      'snapshot "sometimes" is not one of auto, always, never',
    ],
    ['no snapshot kept', { 'snapshot-keep': '0' }, 'snapshot-keep "0" is not a whole number from 1 to 1000'],
    [
      'snapshots that a reboot deletes',
      { 'snapshot-dir': '/tmp/x' },
      'snapshot-dir "/tmp/x" is in /tmp, which does not survive',
    ],
    [
      'snapshots beside the data',
      { 'snapshot-dir': '/var/lib/etcd/backup' },
      'snapshot-dir "/var/lib/etcd/backup" lies inside data-dir, which is etcd\'s alone',
    ],
    ['a digest that is none', { 'expect-plan': 'abc' }, 'expect-plan "abc" is no SHA-256'],
  ])('is refused: %s', (_, texts, problem) => {
    expect(problemsIn({ ...deploy, ...texts })).toEqual([expect.stringContaining(problem)])
  })

  it('is planned with the hosts and the CA, and without its key', () => {
    const plan = { ...deploy, operation: 'plan' }
    expect(problemsIn({ ...plan, 'ca-key': '' })).toEqual([])
    expect(problemsIn({ ...plan, 'ca-cert': '', 'ca-key': '' })).toEqual([
      expect.stringMatching(/^ca-cert is empty/),
    ])
    expect(problemsIn({ ...plan, hosts: '' })).toEqual([
      expect.stringMatching(/^hosts is empty: plan needs the hosts/),
    ])
    expect(problemsIn({ ...plan, hosts: '10.0.0.1\n10.0.0.2' })).toEqual([
      expect.stringMatching(/^hosts has an even number/),
    ])
  })
})
