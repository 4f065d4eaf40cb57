import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HostSession } from '../../src/ssh/port.js'
import { failureOf, open } from './open.js'
import { startServer, type TestServer } from './server.js'

let server: TestServer
let session: HostSession
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'run-'))
  server = await startServer()
  session = await open(server)
})
afterEach(async () => {
  await session.close()
  await server.close()
  rmSync(folder, { recursive: true })
})

const run = (script: string, more: object = {}) =>
  session.run({ label: 'try something', script, timeoutMs: 20_000, ...more })

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Until the server has been asked to run `count` commands. */
const started = async (count: number): Promise<void> => {
  while (server.commands.length < count) await sleep(10)
  await sleep(50)
}

describe('run', () => {
  it('sees an exit status that comes together with the word that the command was started', async () => {
    const quick = await startServer({ instantExit: { label: 'try something', code: 6 } })
    const session = await open(quick)
    const work = { label: 'try something', script: ':', timeoutMs: 20_000 }
    const failure = await failureOf(session.run(work))
    expect(failure.facts.why).toBe('its session ended with exit status 6 and no answer')
    await session.close()
    await quick.close()
  })

  it('waits for an exit status that comes well after the end of the output', async () => {
    const busy = await startServer({ exitDelayMs: 100 })
    const patient = await open(busy)
    const work = { label: 'try something', script: 'echo done; exit 3', timeoutMs: 20_000 }
    await expect(patient.run(work)).resolves.toMatchObject({ code: 3, stdout: 'done\n' })
    await patient.close()
    await busy.close()
  })

  it('gives exit code, stdout and stderr apart', async () => {
    expect(await run('echo "out $1 $2"; echo err >&2; exit 7', { args: ["it's", '$HOME'] })).toEqual({
      code: 7,
      stdout: "out it's $HOME\n",
      stderr: 'err\n',
    })
  })

  it('ends a script that reads stdin where none is given', async () => {
    expect(await run('cat; echo end')).toMatchObject({ code: 0, stdout: 'end\n' })
  })

  const big = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251))
  it.each([
    ['text', () => 'grüße\n', 'grüße\n'.length + 2],
    ['bytes', () => new Uint8Array([0, 255, 10]), 3],
    ['a stream', () => Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3],
    ['more than a window', () => big, big.length],
    [
      'a large stream',
      () => Readable.from([big.subarray(0, 1_500_000), big.subarray(1_500_000)]),
      big.length,
    ],
  ])('hands over stdin: %s', async (_name, stdin, bytes) => {
    expect(await run('wc -c', { stdin: stdin() })).toMatchObject({ code: 0, stdout: `${bytes}\n` })
  })

  it('does not mind a command that leaves its input unread', async () => {
    expect(await run('exit 3', { stdin: Readable.from([big]) })).toMatchObject({ code: 3 })
  })

  it('keeps characters whole, however they come', async () => {
    const script = String.raw`printf 'a\303'; sleep 0.1; printf '\274b\n'; printf 'e\303' >&2; sleep 0.1; printf '\274' >&2`
    for (const bulk of [{}, { bulk: true }]) {
      expect(await run(script, bulk)).toEqual({ code: 0, stdout: 'aüb\n', stderr: 'eü' })
    }
  })

  it.each(['', '\n', 'a', 'a\n\n\n', ':7', 'x:0\n', '.'])('gives %j as it was printed', async (text) => {
    for (const bulk of [{}, { bulk: true }]) {
      const script = `printf %s "$1"; printf %s "$1" >&2; exit 9`
      expect(await run(script, { args: [text], ...bulk })).toEqual({ code: 9, stdout: text, stderr: text })
    }
  })

  it('gives up at the deadline, calls the outcome unknown, and leaves nothing running for long', async () => {
    const file = join(folder, 'pid')
    const failure = await failureOf(run('echo $$ >"$1"; sleep 60', { timeoutMs: 3000, args: [file] }))
    const pid = Number(readFileSync(file, 'utf8'))
    expect(failure.message).toMatch(/etcd-a \(root@127\.0\.0\.1:\d+\): could not try something/)
    expect(failure.facts.why).toBe('it did not end within 3.0 s')
    expect(failure.facts.state).toContain('unknown')
    expect((await run('echo still here')).stdout).toBe('still here\n')
    expect(pid).toBeGreaterThan(1)
    while (isAlive(pid)) await sleep(50)
  }, 20_000)

  it.each(['cut', 'reset'] as const)(
    'rejects all running commands at once when the connection is %s',
    async (how) => {
      const both = [
        failureOf(run('sleep 60')),
        failureOf(run('sleep 60', { stdin: new Readable({ read() {} }) })),
      ]
      await started(3)
      server[how]()
      for (const failure of await Promise.all(both)) {
        expect(failure.message).toMatch(/connection was lost while it ran/)
        expect(failure.facts.state).toContain('unknown')
      }
      const later = await failureOf(run('true'))
      expect(later.facts).toMatchObject({ state: 'it was not started' })
    },
  )

  it('survives a reset while nothing runs', async () => {
    server.reset()
    while (server.connections() > 0) await sleep(10)
    await sleep(50)
    expect((await failureOf(run('true'))).facts.why).toContain('connection is lost')
    await session.close()
  })

  it('never takes a killed command for a success', async () => {
    const failure = await failureOf(run('echo doing it >&2; kill -9 $$'))
    expect(failure.facts.why).toBe('it was killed by SIGKILL')
    const inner = await failureOf(run(`echo doing it >&2; exec sh -c 'kill -9 $$'`))
    expect(inner.facts.why).toMatch(/^it was killed by SIGKILL; the host said: doing it/)
  })

  it.each([
    ['a megabyte and more', 'head -c 1048581 /dev/zero | tr "\\0" x', {}, /^it printed more than 1 MiB/],
    ['what it may not', 'echo 0123456789abcdef', { mostBytes: 9 }, /^it printed more than 9 bytes/],
    ['as it comes', 'yes', { bulk: true, mostBytes: 4 << 20 }, /^it printed more than 4 MiB/],
    ['without end', 'yes', {}, /^it printed more than 1 MiB/],
    ['complaints without end', 'yes >&2', {}, /^it printed more than 1 MiB/],
  ] as const)('stops a command that prints %s', async (_name, script, more, why) => {
    const failure = await failureOf(run(script, more))
    expect(failure.facts.why).toMatch(why)
    expect(failure.facts.state).toBe('whether it took effect there is unknown')
    expect(await run('echo on')).toMatchObject({ stdout: 'on\n' })
  })

  it('takes what just fits', async () => {
    const { stdout } = await run('head -c 1048576 /dev/zero | tr "\\0" x')
    expect(stdout).toHaveLength(1 << 20)
  })

  it('lifts the limit of the shell that collects for the script', async () => {
    expect((await run('ulimit -S -v')).stdout).toBe('unlimited\n')
  })

  it('fails when its input breaks off', async () => {
    const stdin = new Readable({ read() {} })
    const failing = failureOf(run('cat > /dev/null', { stdin }))
    stdin.push('half')
    await started(2)
    stdin.destroy(new Error('disk on fire'))
    expect((await failing).facts.why).toBe('its input broke off (disk on fire)')
  })

  it('queues what is more than eight sessions', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, () => run('sleep 0.3; echo ok')))
    expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 12 }, () => 'ok\n'))
    expect(server.mostSessions()).toBe(8)
  })
})

describe('sessions that sshd refuses', () => {
  it('are asked for again until another one of ours has ended', async () => {
    const small = await startServer({ maxSessions: 2 })
    const other = await open(small)
    const held = await other.hold({ label: 'hold', script: 'echo ready; cat', timeoutMs: 5000 })
    const commands = [1, 2, 3, 4, 5].map((n) => ({ label: 'count', script: `echo ${n}`, timeoutMs: 20_000 }))
    const results = await Promise.all(commands.map((command) => other.run(command)))
    expect(results.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n', '4\n', '5\n'])
    expect(small.mostSessions()).toBe(2)
    await held.release()
    await other.close()
    await small.close()
  })

  it('says that the command was not started', async () => {
    const small = await startServer({ maxSessions: 1 })
    const other = await open(small)
    const held = await other.hold({ label: 'hold', script: 'echo ready; cat', timeoutMs: 5000 })
    const failure = await failureOf(other.run({ label: 'read facts', script: 'true', timeoutMs: 300 }))
    await held.release()
    expect(failure.facts).toMatchObject({
      state: 'it was not started',
      next: expect.stringContaining('MaxSessions') as string,
    })
    await other.close()
    await small.close()
  })
})
