import { describe, expect, it } from 'vitest'
import { isGuarded, logGuard } from '../../src/etcd/log-guard.js'
import { logDirectory } from '../../src/cluster/places.js'
import { parseUnit } from '../../src/etcd/parse-unit.js'
import { renderUnit } from '../../src/etcd/unit.js'
import { memberFlags } from '../../src/etcd/flags.js'
import { desiredOf, type DesiredChanges } from './desired.fixture.js'

const CASES: readonly [
  name: string,
  layout: DesiredChanges['layout'],
  log: string,
  lines: readonly string[],
][] = [
  ['a log in the data directory', {}, '/var/lib/etcd/member/wal', []],
  ['another data directory', { dataDir: '/data/e' }, '/data/e/member/wal', []],
  ['a log on a disk of its own', { walDir: '/wal' }, '/wal/wal', ['RequiresMountsFor=/wal']],
  [
    'what systemd would read as syntax',
    { dataDir: '/d', walDir: '/my wal/50%' },
    '/my wal/50%/wal',
    ['RequiresMountsFor="/my wal/50%%"'],
  ],
]

describe('the guard of the log', () => {
  it.each(CASES)('%s', (_, layout, log, mounts) => {
    const desired = desiredOf(layout === undefined ? {} : { layout })
    const [member] = desired.members
    expect(logDirectory(desired.layout)).toBe(log)
    expect(logGuard(desired.layout)).toEqual([...mounts, `AssertPathExists=${log.replaceAll('%', '%%')}`])

    const founded = renderUnit(desired, member!, { founded: true })
    const before = renderUnit(desired, member!, { founded: false })
    expect(isGuarded(founded, desired.layout)).toBe(true)
    expect(isGuarded(before, desired.layout)).toBe(false)
    // It is all that the two differ in, and in [Unit].
    const guard = new Set(logGuard(desired.layout))
    expect(founded.split('\n').filter((line) => !guard.has(line))).toEqual(before.split('\n'))
    expect(parseUnit(founded).filter(({ key }) => /^(Assert|Requires)/.test(key))).toEqual([
      ...mounts.map(() => expect.objectContaining({ section: 'Unit', key: 'RequiresMountsFor' }) as unknown),
      expect.objectContaining({ section: 'Unit', key: 'AssertPathExists' }),
    ])
  })

  it('asks for the very directory that etcd is told', () => {
    const desired = desiredOf({ layout: { walDir: '/wal' } })
    const flags = memberFlags(desired, desired.members[0]!)
    expect(flags).toContainEqual({ name: 'wal-dir', value: logDirectory(desired.layout) })
  })

  it.each([
    ['[Unit]\nAssertPathExists=/elsewhere\n', false],
    ['[Service]\nAssertPathExists=/var/lib/etcd/member/wal\n', false],
    ['[Unit]\nConditionPathExists=/var/lib/etcd/member/wal\n', false],
    ['[Unit]\n# AssertPathExists=/var/lib/etcd/member/wal\n', false],
    ['[Unit]\nAssertPathExists = /var/lib/etcd/member/wal\n', true],
  ])('%j: %s', (text, guarded) => {
    expect(isGuarded(text, desiredOf().layout)).toBe(guarded)
  })
})
