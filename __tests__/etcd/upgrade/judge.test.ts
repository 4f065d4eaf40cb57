import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EtcdFlag } from '../../../src/cluster/desired.js'
import { compareVersions, parseVersion } from '../../../src/cluster/version.js'
import { judgeUpgrade, type MemberVersion, type UpgradeQuestion } from '../../../src/etcd/upgrade/judge.js'
import { pathBetween } from '../../../src/etcd/upgrade/path.js'
import { BAD_RELEASES, HOPS, minorOf, SOUND } from '../../../src/etcd/upgrade/rules.js'

const members = (...versions: readonly string[]): readonly MemberVersion[] =>
  versions.map((version, index) => ({ member: `m${index + 1}`, version }))
const judge = (from: readonly string[], to: string, more: Partial<UpgradeQuestion> = {}) =>
  judgeUpgrade({ from: members(...from), to, flags: [], ...more })

describe('an upgrade that etcd allows', () => {
  it.each<[from: string[], to: string, minor: boolean, notes: RegExp[]]>([
    [['3.6.14'], '3.6.14', false, []],
    [['3.5.16', '3.5.16', '3.5.16'], '3.5.30', false, []],
    [['3.4.23'], '3.5.16', true, [/none can go back to 3\.4/, /authentication/]],
    [['3.4.10'], '3.5.16', true, [/none can go back/, /3\.4\.22 or later/, /authentication/]],
    [['3.5.33'], '3.6.14', true, [/none can go back to 3\.5/, /--enable-v2/]],
    [['3.5.26'], '3.6.5', true, [/none can go back/, /3\.5\.32 or later on all/, /--enable-v2/]],
    [['3.6.11'], '3.7.0', true, [/none can go back to 3\.6/]],
    [['3.6.14'], '3.7.1', true, [/none can go back to 3\.6/]],
    // Interrupted: goes on.
    [['3.6.14', '3.5.33', '3.5.33'], '3.6.14', true, [/none can go back/, /--enable-v2/]],
    [['3.5.30', '3.5.16'], '3.5.30', false, []],
    // Interrupted: taken back while one never left.
    [['3.6.14', '3.5.33'], '3.5.33', false, [/^m1 goes back from 3\.6\.14, .* still runs 3\.5/]],
    [['3.6.14'], '3.6.13', false, [/^m1 goes back from 3\.6\.14 to 3\.6\.13: fixes/]],
    [['3.5.16'], '3.5.5', false, [/goes back/, /3\.5\.5 has faults/]],
    // One whose version is not known does not hide the others.
    [['', '3.5.33'], '3.6.14', true, [/none can go back/, /--enable-v2/]],
  ])('%j to %s', (from, to, minor, notes) => {
    const judgement = judge(from, to)
    expect(judgement).toMatchObject({ ok: true, minor })
    if (!judgement.ok) return
    expect(judgement.notes).toHaveLength(notes.length)
    notes.forEach((note, index) => expect(judgement.notes[index]).toMatch(note))
  })

  it('says less where more is known', () => {
    expect(judge(['3.4.45'], '3.5.33', { rbac: false })).toMatchObject({ notes: [expect.any(String)] })
    expect(judge(['3.5.33'], '3.6.14', { hasV2: false })).toMatchObject({ notes: [expect.any(String)] })
  })
})

describe('an upgrade that is refused', () => {
  it.each<[from: string[], to: string, reason: RegExp, path: string]>([
    [
      ['3.5.16'],
      '3.6.14',
      /^m1 runs 3\.5\.16, and 3\.6 takes members from 3\.5\.26 on only/,
      '3.5.16 3.5.33 3.6.14',
    ],
    [['3.5.33', '3.5.25'], '3.6.14', /^m2 runs 3\.5\.25/, '3.5.25 3.5.33 3.6.14'],
    [['3.6.14', '3.5.25'], '3.6.14', /^m2 runs 3\.5\.25/, '3.5.25 3.5.33 3.6.14'],
    [['3.6.10'], '3.7.1', /^m1 runs 3\.6\.10, and 3\.7 takes/, '3.6.10 3.6.14 3.7.1'],
    [
      ['3.4.23'],
      '3.6.14',
      /one minor version at a time, and 3\.4\.23 to 3\.6\.14 skips 3\.5/,
      '3.4.23 3.5.33 3.6.14',
    ],
    [['3.4.10'], '3.7.1', /skips 3\.5/, '3.4.10 3.4.45 3.5.33 3.6.14 3.7.1'],
    [['3.5.33'], '3.7.1', /skips 3\.6/, '3.5.33 3.6.14 3.7.1'],
    [['3.4.45'], '3.5.0', /3\.5\.0 can end up with different data/, '3.4.45 3.5.33'],
    [['3.4.45'], '3.5.2', /3\.5\.2 can end up with different data/, '3.4.45 3.5.33'],
    [['3.5.16'], '3.5.1', /3\.5\.1 can end up with different data/, '3.5.16 3.5.33'],
    [['3.5.33'], '3.6.4', /3\.6\.4 may not start/, '3.5.33 3.6.14'],
    [['3.6.14'], '3.5.33', /etcdctl downgrade enable 3\.5/, ''],
    [['3.7.1'], '3.5.33', /etcdctl downgrade enable 3\.5/, ''],
    [['3.5.33'], '3.4.45', /restore a snapshot/, ''],
    [['3.7.1'], '3.8.0', /no rule is known for an upgrade from 3\.7\.1 to 3\.8\.0/, ''],
    [['3.3.27'], '3.4.45', /no rule is known/, ''],
    [['', ''], '3.6.14', /no member tells/, ''],
  ])('%j to %s', (from, to, reason, path) => {
    const judgement = judge(from, to)
    expect(judgement).toEqual({
      ok: false,
      reason: expect.stringMatching(reason),
      path: path === '' ? [] : path.split(' '),
    })
  })

  it('for authentication from 3.4 to 3.5, and for v2 data before 3.6', () => {
    expect(judge(['3.4.45'], '3.5.33', { rbac: true })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('authentication is switched on'),
    })
    expect(judge(['3.5.33'], '3.6.14', { rbac: true })).toMatchObject({ ok: true })
    expect(judge(['3.5.33'], '3.6.14', { hasV2: true })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('v2 API'),
    })
    expect(judge(['3.6.14'], '3.7.1', { hasV2: true })).toMatchObject({ ok: true })
  })

  it('except a way back that etcd was told of', () => {
    const from = members('3.6.14', '3.6.14').map((one) => ({ ...one, storageVersion: '3.5.0' }))
    expect(judgeUpgrade({ from, to: '3.5.33', flags: [] })).toMatchObject({ ok: true, minor: false })
    const [first] = from
    expect(
      judgeUpgrade({
        from: [first!, { member: 'm2', version: '3.6.14', storageVersion: '3.6.0' }],
        to: '3.5.33',
        flags: [],
      }),
    ).toMatchObject({ ok: false })
  })
})

describe('flags that a release does not take', () => {
  const flag = (text: string): EtcdFlag => {
    const [name = '', value = ''] = text.split('=')
    return { name, value }
  }
  it.each<[from: string, to: string, flag: string, says: string | undefined]>([
    ['3.4.45', '3.5.33', 'debug=true', 'does not know --debug (gone since 3.5): use --log-level=debug'],
    ['3.4.45', '3.5.33', 'log-output=stderr', 'use --log-outputs'],
    ['3.4.45', '3.5.33', 'log-outputs=stderr', undefined],
    [
      '3.4.45',
      '3.5.33',
      'logger=capnslog',
      'does not know --logger=capnslog (gone since 3.5): use --logger=zap',
    ],
    ['3.4.45', '3.5.33', 'logger=zap', undefined],
    ['3.5.33', '3.6.14', 'enable-v2=true', 'does not know --enable-v2 (gone since 3.6): leave it out'],
    ['3.5.33', '3.6.14', 'proxy=on', '--proxy (gone since 3.6): use etcd grpc-proxy'],
    ['3.5.33', '3.6.14', 'experimental-initial-corrupt-check=true', undefined],
    [
      '3.6.14',
      '3.7.1',
      'experimental-initial-corrupt-check=true',
      'use --feature-gates=InitialCorruptCheck=true',
    ],
    ['3.6.14', '3.7.1', 'experimental-compact-hash-check-enabled=true', 'CompactHashCheck=true'],
    ['3.6.14', '3.7.1', 'experimental-compaction-batch-limit=500', 'use --compaction-batch-limit'],
    ['3.6.14', '3.7.1', 'discovery-proxy=x', 'leave it out'],
    ['3.6.14', '3.7.1', 'max-snapshots=5', undefined],
    ['3.7.1', '3.7.1', 'experimental-max-learners=2', 'use --max-learners'],
    ['3.5.33', '3.5.33', 'feature-gates=X=true', 'does not know --feature-gates yet (it came with 3.6)'],
    ['3.6.14', '3.6.14', 'feature-gates=X=true', undefined],
    ['3.6.14', '3.6.14', 'constructor=1', undefined],
  ])('%s to %s with --%s', (from, to, text, says) => {
    const judgement = judge([from], to, { flags: [{ name: 'name', value: 'm1' }, flag(text)] })
    expect(judgement.ok).toBe(says === undefined)
    if (!judgement.ok) expect(judgement.reason).toContain(says)
  })
})

describe('the rules', () => {
  const anyVersion = fc
    .tuple(fc.integer({ min: 4, max: 7 }), fc.integer({ min: 0, max: 40 }))
    .map(([minor, patch]) => `3.${minor}.${patch}`)
  const anyMembers = fc.array(anyVersion, { minLength: 1, maxLength: 5 })
  const newer = (a: string, b: string): boolean => compareVersions(parseVersion(a)!, parseVersion(b)!) > 0

  it('name the sound release of each minor they lead to, and their source', () => {
    for (const hop of HOPS) {
      expect(SOUND[hop.to]).toBeDefined()
      expect(newer(hop.least, SOUND[hop.from]!)).toBe(false)
      expect(hop.source).not.toBe('')
    }
    for (const { first, last, source } of BAD_RELEASES) {
      expect(newer(first, last)).toBe(false)
      expect(source).not.toBe('')
    }
  })

  it('never let a member cross more than one minor, nor below the floor, and each path can be gone', () => {
    fc.assert(
      fc.property(anyMembers, anyVersion, (from, to) => {
        const judgement = judge(from, to)
        if (judgement.ok) {
          for (const version of from) {
            const crossed = parseVersion(to)!.minor - parseVersion(version)!.minor
            expect(crossed).toBeLessThanOrEqual(1)
            const hop = HOPS.find((one) => one.from === minorOf(version))
            if (crossed === 1 && hop) expect(newer(hop.least, version)).toBe(false)
          }
          if (from.some((version) => version !== to)) expect(['3.5.0', '3.5.1', '3.5.2']).not.toContain(to)
        }
        const path = judgement.ok ? [] : judgement.path
        path.slice(1).forEach((version, index) => {
          expect(judge([path[index]!], version)).toMatchObject({ ok: true })
        })
      }),
      { numRuns: 2000 },
    )
  })

  it('lead from every release to the newest', () => {
    fc.assert(
      fc.property(anyVersion, (from) => {
        fc.pre(newer('3.7.1', from))
        expect(pathBetween(from, '3.7.1').at(-1)).toBe('3.7.1')
      }),
    )
  })
})
