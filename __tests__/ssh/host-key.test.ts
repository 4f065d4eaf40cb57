import { describe, expect, it } from 'vitest'
import { hostKeyPolicy } from '../../src/ssh/host-key.js'
import { openSshKey, parsed } from './keys.js'

const first = parsed(openSshKey('ed25519')).getPublicSSH()
const second = parsed(openSshKey('ed25519')).getPublicSSH()

describe('hostKeyPolicy', () => {
  it('accept-new takes one key for a host and refuses another one in the same run', () => {
    const policy = hostKeyPolicy('', 'accept-new')
    expect(policy.check('node1', 22, first)).toMatchObject({
      verdict: { kind: 'known' },
      accepted: expect.anything() as unknown,
    })
    expect(policy.check('node1', 22, first)).toEqual({ verdict: { kind: 'known' } })
    expect(policy.check('NODE1', 22, second).verdict.kind).toBe('mismatch')
    expect(policy.check('node1', 2222, second).verdict.kind).toBe('known')
  })

  it('a host whose name looks like a pattern vouches for no other', () => {
    const policy = hostKeyPolicy('', 'accept-new')
    policy.check('*', 22, first)
    expect(policy.check('node1', 22, second).verdict.kind).toBe('known')
  })

  it('strict takes nothing', () => {
    const policy = hostKeyPolicy('', 'strict')
    expect(policy.check('node1', 22, first)).toEqual({ verdict: { kind: 'unknown' } })
    expect(policy.check('node1', 22, first).verdict.kind).toBe('unknown')
  })
})
