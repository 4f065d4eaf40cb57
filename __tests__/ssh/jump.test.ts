import { afterEach, describe, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAll } from '../../src/ssh/open-all.js'
import { parsed } from './keys.js'
import { failureOf, optionsFor, targetOf } from './open.js'
import { startServer, userKey, type TestServer, type TestServerOptions } from './server.js'

const servers: TestServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})
const serve = async (options?: TestServerOptions): Promise<TestServer> => {
  const server = await startServer(options)
  servers.push(server)
  return server
}
const bastions = { users: { ops: parsed(userKey) } }
const together = (...all: TestServer[]): string => all.map(({ knownHosts }) => knownHosts).join('\n')
const members = (...all: TestServer[]) =>
  all.map((server, index) => ({ name: `etcd-${index + 1}`, ssh: targetOf(server) }))

const none = async (server: TestServer): Promise<void> => {
  while (server.connections() > 0) await sleep(10)
}

describe('jump hosts', () => {
  it('are passed in order, connected once for all hosts, and left with the last session', async () => {
    const [first, second, a, b] = [await serve(bastions), await serve(bastions), await serve(), await serve()]
    const jumps = [targetOf(first, 'ops'), targetOf(second, 'ops')]
    const knownHosts = together(first, second, a, b)
    const sessions = await openAll(members(a, b), optionsFor(a, { jumps, knownHosts }))
    expect(first.connections()).toBe(1)
    expect(second.connections()).toBe(1)
    expect(first.forwarded()).toEqual([`127.0.0.1:${second.port}`])
    expect([...second.forwarded()].sort()).toEqual([`127.0.0.1:${a.port}`, `127.0.0.1:${b.port}`].sort())
    const said = await Promise.all(
      sessions.map((session) =>
        session.run({ label: 'x', script: 'cat', stdin: session.member, timeoutMs: 9000 }),
      ),
    )
    expect(said.map(({ stdout }) => stdout)).toEqual(['etcd-1', 'etcd-2'])
    await sessions[0]?.close()
    expect(first.connections()).toBe(1)
    await sessions[1]?.close()
    await Promise.all(servers.map(none))
  })

  it('are verified like any host, and named when they fail', async () => {
    const [first, second, a] = [await serve(bastions), await serve(bastions), await serve()]
    const jumps = [targetOf(first, 'ops'), targetOf(second, 'ops')]
    const failure = await failureOf(
      openAll(members(a), optionsFor(a, { jumps, knownHosts: together(first, a) })),
    )
    expect(failure.message).toMatch(
      new RegExp(
        `^ops@127.0.0.1:${second.port}: cannot connect to jump host 2 of 2: the host is not in ssh-known`,
      ),
    )
    expect(a.connections()).toBe(0)
    await none(first)
  })

  it('that may not forward are told apart from hosts that are down', async () => {
    const [jump, a] = [await serve({ ...bastions, forwarding: 'prohibited' }), await serve()]
    const options = optionsFor(a, { jumps: [targetOf(jump, 'ops')], knownHosts: together(jump, a) })
    expect((await failureOf(openAll(members(a), options))).facts.why).toMatch(/does not allow forwarding/)

    const open = await serve(bastions)
    await a.close()
    servers.splice(servers.indexOf(a), 1)
    const failure = await failureOf(
      openAll(members(a), { ...options, jumps: [targetOf(open, 'ops')], knownHosts: together(open, a) }),
    )
    expect(failure.facts.why).toBe(
      `connection refused by 127.0.0.1:${a.port}, asked from jump host ops@127.0.0.1:${open.port}`,
    )
    expect(failure.facts.where).toContain(`through ops@127.0.0.1:${open.port}`)
    await none(open)
  })

  it('that are lost take the commands behind them with them, as unknown outcomes', async () => {
    const [jump, a] = [await serve(bastions), await serve()]
    const options = optionsFor(a, { jumps: [targetOf(jump, 'ops')], knownHosts: together(jump, a) })
    const [session] = await openAll(members(a), options)
    const running = failureOf(
      session?.run({ label: 'x', script: 'sleep 60', timeoutMs: 60_000 }) ?? Promise.resolve(),
    )
    while (a.commands.length === 0) await sleep(10)
    jump.reset()
    expect((await running).facts.why).toMatch(/connection (was lost|broke) while it/)
    await session?.close()
  })
})

describe('openAll', () => {
  it('names every host that fails, in one failure, and closes the others', async () => {
    const [good, wrongKey, unknown] = [await serve(), await serve(bastions), await serve()]
    const options = optionsFor(good, { knownHosts: together(good, wrongKey) })
    const failure = await failureOf(openAll(members(good, wrongKey, unknown), options))
    expect(failure.message).toMatch(
      /^cannot work on 2 of 3 hosts:\n- etcd-2 .*refused.*\n- etcd-3 .*not in ssh-kn/,
    )
    expect(failure.message).not.toContain('etcd-1')
    await none(good)
  })
})
