import { createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { stillServing } from '../../src/apply/still-serving.js'
import { OpenFailure, type HostSession } from '../../src/ssh/port.js'
import { hostWith } from '../observe/host.fixture.js'
import { makeCa } from '../pki/openssl.js'
import { desired, members } from '../plan/world.js'

const member = members[0]!
const ca = makeCa({ key: 'P-256', subject: '/CN=still' })
const serving = () => hostWith(createServer({ cert: ca.certPem, key: ca.keyPem }))

/** The first connection finds `before`, those after the correction `after`. */
const corrected = async (before: HostSession['openTcp'], after: HostSession['openTcp']): Promise<boolean> => {
  let done = false
  const openTcp: HostSession['openTcp'] = (...at) => (done ? after : before)(...at)
  await stillServing({ desired }, { member, session: { openTcp } as HostSession }, () =>
    Promise.resolve(void (done = true)),
  )
  return done
}
const no = (kind: OpenFailure['kind']) => () => Promise.reject(new OpenFailure(kind, 'open failed'))
const broken = () => Promise.reject(new Error('alert internal error'))

describe('a host that is corrected', () => {
  it('goes on serving', async () => {
    const { openTcp } = await serving()
    expect(await corrected(openTcp, openTcp)).toBe(true)
  })

  it.each([
    ['breaks handshakes off', broken],
    ['listens no longer', no('refused')],
  ])('stops the run where it %s since', async (_name, after) => {
    const { openTcp } = await serving()
    await expect(corrected(openTcp, after)).rejects.toThrow(
      /takes no new connection since: .*; it was not restarted, and no host after it was corrected/,
    )
  })

  it('may be what was broken before, and says nothing of who cannot be asked', async () => {
    expect(await corrected(broken, broken)).toBe(true)
    expect(await corrected(no('prohibited'), no('prohibited'))).toBe(true)
    const { openTcp } = await serving()
    expect(await corrected(openTcp, no('timeout'))).toBe(true)
  })
})
