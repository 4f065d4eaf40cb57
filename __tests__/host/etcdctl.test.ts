import { describe, expect, it } from 'vitest'
import { etcdctlInTurn, etcdctlOn } from '../../src/host/etcdctl.js'
import { localSession, SHELLS } from './local-session.js'

describe.each(SHELLS)('etcdctlOn under $name', ({ argv }) => {
  const session = localSession(argv, {
    ...process.env,
    ETCDCTL_ENDPOINTS: 'elsewhere',
    https_proxy: 'http://proxy',
  })
  const run = etcdctlOn(session)

  it('gives the program its words as they are, and no environment of the host', async () => {
    const words = ['a b', "c'd", '$HOME', '--', '', '"x"', 'ü']
    const { code, stdout } = await run(['/bin/sh', '-c', 'printf "%s|" "$@"; env', 'x', ...words], 20_000)
    expect(code).toBe(0)
    expect(stdout.startsWith(`${words.join('|')}|`)).toBe(true)
    expect(stdout).not.toMatch(/ETCDCTL_ENDPOINTS|proxy/)
    expect(stdout).toContain('ETCDCTL_API=3')
  })

  it('keeps stdout, stderr and exit status apart', async () => {
    expect(await run(['/bin/sh', '-c', 'echo out; echo err >&2; exit 5'], 20_000)).toEqual({
      code: 5,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  it('says so where the program took too long', async () => {
    const { code, stderr } = await run(['/bin/sleep', '30'], 200)
    expect(code).toBe(124)
    expect(stderr).toMatch(/Error: no answer within 200 ms/)
  })

  const inTurn = (...commands: readonly (readonly string[])[]) =>
    etcdctlInTurn(session)(commands.map((argv) => ({ argv, timeoutMs: 20_000 })))

  it('runs several in turn, each with its own words, and no environment of the host', async () => {
    const words = [
      'a b',
      "c'd",
      '$HOME',
      '`id`',
      '',
      '"x"',
      '\\',
      ...Array.from({ length: 9 }, (_, n) => `w${n}`),
    ]
    const [first, second, ...more] = await inTurn(
      ['/bin/sh', '-c', 'printf "%s|" "$@"', 'x', ...words],
      ['/bin/sh', '-c', 'echo noise >&2; env'],
    )
    expect(first).toEqual({ code: 0, stdout: `${words.join('|')}|`, stderr: '' })
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(second?.stdout).toContain('ETCDCTL_API=3')
    expect(second?.stdout).not.toMatch(/ETCDCTL_ENDPOINTS|proxy/)
    expect(more).toEqual([])
  })

  it('runs none behind one that fails, whose words it gives', async () => {
    const failing = ['/bin/sh', '-c', 'echo out; echo err >&2; exit 5']
    expect(await inTurn(['/bin/echo', 'a'], failing, ['/bin/echo', 'b'])).toEqual([
      { code: 0, stdout: 'a\n', stderr: '' },
      { code: 5, stdout: 'out\n', stderr: 'err\n' },
    ])
    const [late, ...more] = await etcdctlInTurn(session)([
      { argv: ['/bin/sleep', '30'], timeoutMs: 300 },
      { argv: ['/bin/echo', 'b'], timeoutMs: 20_000 },
    ])
    expect(late).toMatchObject({
      code: 124,
      stderr: expect.stringMatching(/no answer within 300 ms/) as string,
    })
    expect(more).toEqual([])
  })
})
