import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { V2Fact } from '../../../src/cluster/observed.js'
import { compareVersions, parseVersion, minorOf } from '../../../src/cluster/version.js'
import { judgeUpgrade } from '../../../src/etcd/upgrade/judge.js'
import { type MemberVersion, type UpgradeQuestion } from '../../../src/etcd/upgrade/judgement.js'
import { pathBetween } from '../../../src/etcd/upgrade/path.js'
import { BAD_RELEASES, HOPS, SOUND } from '../../../src/etcd/upgrade/rules.js'

const members = (...versions: readonly string[]): readonly MemberVersion[] =>
  versions.map((version, index) => ({ member: `m${index + 1}`, version }))
const v2 = (member: string, kind: V2Fact['kind'], reason = ''): V2Fact => ({ member, kind, reason })
const judge = (from: readonly string[], to: string, more: Partial<UpgradeQuestion> = {}) =>
  judgeUpgrade({ from: members(...from), to, flags: [], ...more })

describe('an upgrade that etcd allows', () => {
  it.each<[from: string[], to: string, minor: boolean, notes: RegExp[]]>([
    [['3.6.14'], '3.6.14', false, []],
    [['3.5.16', '3.5.16', '3.5.16'], '3.5.30', false, []],
    [['3.4.23'], '3.5.16', true, [/none can go back to 3\.4/, /authentication/]],
    [['3.4.10'], '3.5.16', true, [/none can go back/, /3\.4\.22 or later/, /authentication/]],
    [['3.5.33'], '3.6.14', true, [/none can go back to 3\.5/, /v2 API/]],
    [['3.5.26'], '3.6.5', true, [/none can go back/, /3\.5\.32 or later on all/, /v2 API/]],
    [['3.6.11'], '3.7.0', true, [/none can go back to 3\.6/, /--snapshot-count/]],
    [
      ['3.6.14'],
      '3.7.1',
      true,
      [/none can go back to 3\.6/, /not start on 3\.7 before it has taken a raft snapshot/],
    ],
    // Interrupted: goes on.
    [['3.6.14', '3.5.33', '3.5.33'], '3.6.14', true, [/none can go back/, /v2 API/]],
    [['3.5.30', '3.5.16'], '3.5.30', false, []],
    // Interrupted: taken back while one never left.
    [['3.6.14', '3.5.33'], '3.5.33', false, [/^m1 goes back from 3\.6\.14, .* still runs 3\.5/]],
    [['3.6.14'], '3.6.13', false, [/^m1 goes back from 3\.6\.14 to 3\.6\.13: fixes/]],
    [['3.5.16'], '3.5.5', false, [/goes back/, /3\.5\.5 has faults/]],
    // One whose version is not known does not hide the others.
    [['', '3.5.33'], '3.6.14', true, [/none can go back/, /v2 API/]],
  ])('%j to %s', (from, to, minor, notes) => {
    const judgement = judge(from, to)
    expect(judgement).toMatchObject({ ok: true, minor })
    if (!judgement.ok) return
    expect(judgement.notes).toHaveLength(notes.length)
    notes.forEach((note, index) => expect(judgement.notes[index]).toMatch(note))
  })

  it('says less where more is known', () => {
    const one = [expect.stringContaining('none can go back')]
    expect(judge(['3.4.45'], '3.5.33', { facts: { authentication: false } })).toMatchObject({ notes: one })
    expect(judge(['3.5.33'], '3.6.14', { facts: { v2: [v2('m1', 'none')] } })).toMatchObject({ notes: one })
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
    [['3.6.14'], '3.5.33', /cannot be read by 3\.5 until etcd was told/, ''],
    [['3.7.1'], '3.5.33', /goes back one minor version at a time, and 3\.7 to 3\.5 skips 3\.6/, ''],
    [['3.5.33'], '3.4.45', /cannot go back from 3\.5 to 3\.4/, ''],
    [['3.7.1'], '3.8.0', /no rule is known for an upgrade from 3\.7\.1 to 3\.8\.0/, ''],
    [['3.3.27'], '3.4.45', /no rule is known/, ''],
    [['', ''], '3.6.14', /no member tells/, ''],
  ])('%j to %s', (from, to, reason, path) => {
    const judgement = judge(from, to)
    expect(judgement).toMatchObject({
      ok: false,
      reason: expect.stringMatching(reason),
      path: path === '' ? [] : path.split(' '),
    })
    // Each names a way that works.
    if (judgement.ok) return
    expect(judgement.next).toContain(path === '' ? '' : `go ${path.split(' ').join(' -> ')}, one deploy each`)
    expect(judgement.next).not.toBe('')
  })

  it('for authentication from 3.4 to 3.5, naming the way', () => {
    const facts = { authentication: true }
    expect(judge(['3.4.45'], '3.5.33', { facts })).toEqual({
      ok: false,
      reason: expect.stringContaining('authentication is switched on'),
      path: [],
      next: expect.stringMatching(/etcdctl auth disable, .* etcdctl auth enable/),
    })
    expect(judge(['3.5.33'], '3.6.14', { facts })).toMatchObject({ ok: true })
  })

  it.each([
    [
      'detected custom v2 content in WAL records',
      /^deploy the version that runs now with etcd-args: --snapshot-count=1/,
    ],
    ['detected custom content in v2store', /^delete the keys of the v2 API .* then deploy the version/],
  ])('for v2 data before 3.6 (%s), naming the way', (reason, next) => {
    const facts = { v2: [v2('m1', 'none'), v2('m2', 'found', reason)] }
    expect(judge(['3.5.33', '3.5.33'], '3.6.14', { facts })).toEqual({
      ok: false,
      reason: expect.stringMatching(
        new RegExp(`^m2 holds data of the v2 API, .*check v2store: ${reason}\\)$`),
      ),
      path: [],
      next: expect.stringMatching(next),
    })
    expect(judge(['3.6.14'], '3.7.1', { facts })).toMatchObject({ ok: true })
  })

  it('not where the tool cannot tell of v2 data, but that is said, of each member', () => {
    const facts = { v2: [v2('m1', 'unread-log', 'x'), v2('m2', 'unknown', 'its disk is away')] }
    expect(judge(['3.5.30', '3.5.30', '3.5.30'], '3.6.14', { facts })).toMatchObject({
      ok: true,
      notes: [
        expect.stringContaining('none can go back'),
        expect.stringContaining('3.5.32 or later on all members'),
        expect.stringMatching(/^m1: no data .* in the store, but .* the log .* only etcdutl of 3\.5\.32/),
        expect.stringMatching(/^m2, m3: .* could not be told \(its disk is away; nothing was looked at\)/),
      ],
    })
  })

  it.each<[storageVersion: string, downgradeTo: string, to: string, ok: boolean]>([
    ['3.5.0', '3.5.0', '3.5.33', true],
    ['3.6.0', '3.5.0', '3.5.33', false],
    // Just upgraded from 3.5: the data follows in a moment.
    ['3.5.0', '', '3.5.33', false],
    // Told to go back: neither stays nor goes on.
    ['3.5.0', '3.5.0', '3.6.14', false],
    ['3.5.0', '3.5.0', '3.7.1', false],
  ])(
    'or allowed for members with storage %s, told to go to %j, asked for %s: %j',
    (storage, told, to, ok) => {
      const is = (storageVersion: string) => ({
        storageVersion,
        ...(told === '' ? {} : { downgradeTo: told }),
      })
      const [first, second] = members('3.6.14', '3.6.14')
      const judgement = judgeUpgrade({
        from: [
          { ...first!, ...is('3.5.0') },
          { ...second!, ...is(storage) },
        ],
        to,
        flags: [],
      })
      expect(judgement).toMatchObject({ ok })
      if (judgement.ok) expect(judgement.minor).toBe(false)
      else expect(judgement.next).toMatch(/etcdctl downgrade (cancel|enable 3\.5)/)
    },
  )
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
