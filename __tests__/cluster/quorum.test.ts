import { describe, expect, it } from 'vitest'
import { quorumOf, toleranceOf } from '../../src/cluster/quorum.js'

describe('quorum arithmetic', () => {
  it.each([
    { voters: 1, quorum: 1, tolerance: 0 },
    { voters: 2, quorum: 2, tolerance: 0 },
    { voters: 3, quorum: 2, tolerance: 1 },
    { voters: 4, quorum: 3, tolerance: 1 },
    { voters: 5, quorum: 3, tolerance: 2 },
    { voters: 7, quorum: 4, tolerance: 3 },
  ])('$voters voters: quorum $quorum, $tolerance may be down', ({ voters, quorum, tolerance }) => {
    expect(quorumOf(voters)).toBe(quorum)
    expect(toleranceOf(voters)).toBe(tolerance)
  })

  it('no voters tolerate no loss', () => expect(toleranceOf(0)).toBe(0))
})
