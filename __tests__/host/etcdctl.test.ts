import { describe, expect, it } from 'vitest'
import { etcdctlOn } from '../../src/host/etcdctl.js'
import { localSession, SHELLS } from './local-session.js'

describe.each(SHELLS)('etcdctlOn under $name', ({ argv }) => {
  const run = etcdctlOn(
    localSession(argv, { ...process.env, ETCDCTL_ENDPOINTS: 'elsewhere', https_proxy: 'http://proxy' }),
  )

  it('gives the program its words as they are, and no environment of the host', async () => {
    const words = ['a b', "c'd", '$HOME', '--', '', '"x"', 'ü']
    const { code, stdout } = await run(['/bin/sh', '-c', 'printf "%s|" "$@"; env', 'x', ...words], 5000)
    expect(code).toBe(0)
    expect(stdout.startsWith(`${words.join('|')}|`)).toBe(true)
    expect(stdout).not.toMatch(/ETCDCTL_ENDPOINTS|proxy/)
    expect(stdout).toContain('ETCDCTL_API=3')
  })

  it('keeps stdout, stderr and exit status apart', async () => {
    expect(await run(['/bin/sh', '-c', 'echo out; echo err >&2; exit 5'], 5000)).toEqual({
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
})
