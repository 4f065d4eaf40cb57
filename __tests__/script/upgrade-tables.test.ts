import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withUpgradeTables } from '../../script/upgrade-tables.js'
import { HOPS, SOUND } from '../../src/etcd/upgrade/rules.js'

const page = readFileSync(new URL('../../docs/upgrading.md', import.meta.url), 'utf8')

describe('docs/upgrading.md', () => {
  it('has the rules that the action follows', () => {
    expect(withUpgradeTables(page)).toBe(page)
    for (const { least } of HOPS) expect(page).toContain(least)
  })

  it('is out of date as soon as a rule is another one', () => {
    const old = page.replaceAll(SOUND['3.6'] ?? '', '3.6.999')
    expect(old).not.toBe(page)
    expect(withUpgradeTables(old)).not.toBe(old)
  })

  it('needs its markers', () => {
    expect(() => withUpgradeTables('')).toThrow('there is no <!-- hops')
  })
})
