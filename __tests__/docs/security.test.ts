import { describe, expect, it } from 'vitest'
import { projectFiles, textOf } from './pages.js'

/** The rows of the table whose last column names tests: its cells, without the heading. */
const rows = textOf('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  )
const first = rows.findIndex((cells) => cells.at(-1) === 'shown by')
const claims = rows.slice(first + 2)
const testsIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => `__tests__/${name}.test.ts`)

describe('the table of docs/security.md', () => {
  const files = new Set(projectFiles())

  it('is there', () => {
    expect(first).toBeGreaterThanOrEqual(0)
    expect(claims.length).toBeGreaterThan(20)
  })

  it.each(claims)('%s %s: has tests that are there, or says that it has none', (...cells) => {
    expect(cells).toHaveLength(4)
    const named = testsIn(cells[3]!)
    expect(named.filter((path) => !files.has(path))).toEqual([])
    expect(named.length > 0 || cells[3] === 'none').toBe(true)
    expect(cells[1]).not.toBe('')
    expect(cells[2]).not.toBe('')
  })

  it('names the tests of the attackers on a host', () => {
    const named = claims.flatMap((cells) => testsIn(cells[3]!))
    const all = [...files].filter((path) => /\/(?:attacker-|planted-|guarded-|\w+-others\.)/.test(path))
    expect(all.filter((path) => !named.includes(path))).toEqual([])
  })
})
