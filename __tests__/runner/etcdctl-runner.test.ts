import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { childEnvironment, runEtcdctlHere } from '../../src/runner/etcdctl-runner.js'
import { withFolder } from './mirror.fixture.js'

const withProgram = <T>(script: string, work: (program: string) => Promise<T>): Promise<T> =>
  withFolder((folder) => {
    const program = join(folder, 'etcdctl')
    writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return work(program)
  })

describe('runEtcdctlHere', () => {
  it('gives exit code, stdout and stderr apart, whatever the arguments hold', () =>
    withProgram('echo "out $2"; echo err >&2; exit 1', async (program) =>
      expect(await runEtcdctlHere([program, 'endpoint', 'a "b" $c\n*'], 20_000)).toEqual({
        code: 1,
        stdout: 'out a "b" $c\n*\n',
        stderr: 'err\n',
      }),
    ))

  it('passes on nothing of ETCDCTL_*, of inputs or of tokens', () =>
    withProgram('env', async (program) => {
      const secret = {
        ETCDCTL_ENDPOINTS: 'x',
        'INPUT_CA-KEY': 'x',
        GITHUB_TOKEN: 'x',
        ACTIONS_RUNTIME_TOKEN: 'x',
      }
      Object.assign(process.env, secret)
      try {
        const { stdout } = await runEtcdctlHere([program], 20_000)
        expect(stdout).toMatch(/^PATH=/m)
        expect(stdout).not.toMatch(/ETCDCTL|INPUT|TOKEN/)
      } finally {
        for (const name of Object.keys(secret)) delete process.env[name]
      }
    }))

  it('ends one that hangs, and says so', () =>
    withProgram('sleep 60', async (program) => {
      await expect(runEtcdctlHere([program, '--key=/k', 'endpoint', 'health'], 1000)).rejects.toThrow(
        /\/etcdctl endpoint health was not finished on the runner: it did not end within 1000 ms; what it did is not known; check/,
      )
    }))

  it('one that is killed by others has no result either', () =>
    withProgram('kill -9 $$', async (program) => {
      await expect(runEtcdctlHere([program], 60_000)).rejects.toThrow(
        /etcdctl was not finished .*: it was killed; /,
      )
    }))

  it('one that does not listen is killed', () =>
    withProgram("trap '' TERM; while :; do sleep 1; done", async (program) => {
      await expect(runEtcdctlHere([program], 1000)).rejects.toThrow(/did not end within 1000 ms/)
    }))

  it('a program that is not there is told by its result', () =>
    withFolder(async (folder) => {
      const { code, stderr } = await runEtcdctlHere([join(folder, 'none')], 5000)
      expect(code).toBe(127)
      expect(stderr).toMatch(/none/)
    }))
})

it('childEnvironment leaves out what is not set', () =>
  expect(childEnvironment({ PATH: '/bin', LANG: '', ETCDCTL_KEY: 'x' })).toEqual({ PATH: '/bin', LANG: '' }))
