import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HostSession } from '../../src/ssh/port.js'
import { failureOf, open } from './open.js'
import { startServer, type TestServer } from './server.js'

let server: TestServer
let session: HostSession
beforeEach(async () => {
  server = await startServer()
  session = await open(server)
})
afterEach(async () => {
  await session.close()
  await server.close()
})

const run = (script: string, more: object = {}) =>
  session.run({ label: 'try something', script, timeoutMs: 20_000, ...more })

describe('hold', () => {
  const hold = (script: string, more: object = {}) =>
    session.hold({ label: 'take the lock', script, timeoutMs: 20_000, ...more })

  it('stays until it is released', async () => {
    const held = await hold('echo waiting; echo ready; cat > /dev/null; echo bye', { stdin: 'owner\n' })
    let over = false
    void held.ended.then(() => (over = true))
    expect((await run('echo meanwhile')).stdout).toBe('meanwhile\n')
    expect(over).toBe(false)
    await held.release()
    await held.ended
    expect(over).toBe(true)
    await held.release()
  })

  it('counts as a session', async () => {
    const held = await Promise.all(Array.from({ length: 8 }, () => hold('echo ready; cat')))
    const failure = await failureOf(run('true', { timeoutMs: 200 }))
    expect(failure.facts).toMatchObject({ state: 'it was not started' })
    await held[0]?.release()
    expect((await run('echo ok')).stdout).toBe('ok\n')
  })

  it('passes on what it said when it ends before it is ready', async () => {
    const failure = await failureOf(hold('echo "held by run 17"; echo "since noon" >&2; exit 1'))
    expect(failure.facts.why).toBe('held by run 17; since noon')
  })

  it('is not ready by a line that only begins like it', async () => {
    const failure = await failureOf(hold('echo "ready or not"; sleep 60', { timeoutMs: 300 }))
    expect(failure.facts.why).toContain('was not ready within')
  })

  it('tells when the connection is lost', async () => {
    const held = await hold('echo ready; cat')
    server.cut()
    await held.ended
    await held.release()
  })
})
