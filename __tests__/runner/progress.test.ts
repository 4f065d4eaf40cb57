import { expect, it } from 'vitest'
import { progressLines } from '../../src/runner/progress.js'

it('writes a line every five seconds, not for every piece', () => {
  const lines: string[] = []
  let now = 0
  const tell = progressLines(
    'etcd.tar.gz',
    (line) => lines.push(line),
    () => now,
  )
  for (const [at, bytes, total] of [
    [100, 1, 100],
    [4999, 2, 100],
    [5000, 11_250_000, 22_500_000],
    [9999, 3, 100],
    [10_001, 12_340_000, undefined],
  ] as const) {
    now = at
    tell(bytes, total)
  }
  expect(lines).toEqual(['etcd.tar.gz: 11.3 of 22.5 MB (50 %)', 'etcd.tar.gz: 12.3 MB'])
})
