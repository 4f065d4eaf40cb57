import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from '../../src/failure.js'
import { hookEnvironment, runHook, type Hook } from '../../src/runner/hooks.js'

describe('runHook', () => {
  let folder: string
  let lines: string[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-hook-'))
    lines = []
  })
  afterEach(() => rm(folder, { recursive: true }))

  const hook = (more: Partial<Hook> = {}): Hook => ({
    name: 'before-member',
    member: 'etcd-1',
    endpoint: 'https://10.0.0.1:2379',
    step: 'roll',
    timeoutMs: 30_000,
    say: (line) => lines.push(line),
    env: { ...process.env, GITHUB_WORKSPACE: folder },
    ...more,
  })
  const aliveIn = async (file: string): Promise<boolean> => {
    const pid = Number(await readFile(join(folder, file), 'utf8'))
    try {
      return process.kill(pid, 0) && !(await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z ')
    } catch {
      return false
    }
  }

  it('runs in the workspace, knows what it is about, and its lines are told', async () => {
    await runHook(
      'pwd; echo "$ETCD_DEPLOY_MEMBER $ETCD_DEPLOY_ENDPOINT $ETCD_DEPLOY_STEP"; printf "no end" >&2',
      hook(),
    )
    expect([...lines].sort()).toEqual(
      [
        `before-member etcd-1 | ${folder}`,
        'before-member etcd-1 | etcd-1 https://10.0.0.1:2379 roll',
        'before-member etcd-1 | no end',
      ].sort(),
    )
  })

  it.each<[string, string, string]>([
    [
      'its exit status',
      'echo first; echo "the pager is away"; exit 7',
      'it ended with exit status 7: the pager is away;',
    ],
    ['a failed command in the middle', 'false\necho on', 'it ended with exit status 1;'],
    ['a failed part of a pipe', '(echo gone >&2; exit 3) | cat', 'it ended with exit status 3: gone;'],
    ['a signal', 'kill -KILL $$', 'it was ended by SIGKILL;'],
    ['an unknown command', 'no-such-command-here', 'it ended with exit status 127: '],
  ])('fails by %s, naming hook, member and the last line', async (_, command, why) => {
    const error: unknown = await runHook(command, hook()).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Failure)
    expect((error as Failure).message.startsWith(`etcd-1: the hook before-member failed: ${why}`)).toBe(true)
    expect(lines.join('\n')).not.toContain('| on')
  })

  it('does not wait for what it leaves in the background', async () => {
    await runHook('sleep 30 & echo $! >pid; echo up', hook())
    expect(lines).toEqual(['before-member etcd-1 | up'])
    process.kill(Number(await readFile(join(folder, 'pid'), 'utf8')))
  })

  it('one that takes too long is ended with all it started, also what does not listen', async () => {
    const command =
      '(trap "" TERM; echo $BASHPID >deaf; while :; do sleep 0.1; done) & sleep 60 & echo $! >quiet; echo waiting; wait'
    await expect(runHook(command, hook({ timeoutMs: 3000 }))).rejects.toThrow(
      'etcd-1: the hook before-member failed: it did not end within 3.0 s: waiting',
    )
    await vi.waitFor(
      async () => expect([await aliveIn('deaf'), await aliveIn('quiet')]).toEqual([false, false]),
      10_000,
    )
  })

  it('a cancelled run ends it with all it started, and says so', async () => {
    const controller = new AbortController()
    const reason = new Failure({ what: 'the run was cancelled' })
    const running = runHook('sleep 60 & echo $! >pid; echo up; wait', hook({ signal: controller.signal }))
    await vi.waitFor(() => expect(lines).toHaveLength(1), 10_000)
    controller.abort(reason)
    await expect(running).rejects.toBe(reason)
    expect(await aliveIn('pid')).toBe(false)
    await expect(runHook('touch started', hook({ signal: controller.signal }))).rejects.toBe(reason)
    await expect(readFile(join(folder, 'started'))).rejects.toThrow()
  })

  it('cannot speak to the runner in commands', async () => {
    await runHook('echo "::set-env name=A::b"', hook())
    expect(lines).toEqual(['before-member etcd-1 | ::set-env name=A::b'])
  })

  it('is run by sh where there is no bash', async () => {
    await symlink('/bin/sh', join(folder, 'sh'))
    await runHook(
      'echo "${BASH_VERSION:-plain}"; false || echo on',
      hook({ env: { PATH: folder, GITHUB_WORKSPACE: folder } }),
    )
    expect(lines.map((line) => line.split(' | ')[1])).toEqual(['plain', 'on'])
    await expect(
      runHook('false; echo on', hook({ env: { PATH: folder, GITHUB_WORKSPACE: folder } })),
    ).rejects.toThrow('exit status 1')
  })

  it('says so where the workspace is not there', async () => {
    await writeFile(join(folder, 'file'), '')
    const env = { PATH: process.env['PATH'], GITHUB_WORKSPACE: join(folder, 'none') }
    await expect(runHook('true', hook({ env }))).rejects.toThrow(
      `neither bash nor sh could be started in ${join(folder, 'none')}`,
    )
  })
})

describe('hookEnvironment', () => {
  it('passes on where the job is, and nothing that could be a secret', () => {
    const secret = 's3cret'
    const env = {
      PATH: '/bin',
      HOME: '/home/ci',
      CI: 'true',
      GITHUB_REPOSITORY: 'org/repo',
      GITHUB_RUN_ID: '42',
      RUNNER_TEMP: '/tmp/r',
      RUNNER_TRACKING_ID: 'github_1',
      'INPUT_CA-KEY': secret,
      INPUT_GITHUB_REPOSITORY: secret,
      GITHUB_TOKEN: secret,
      GITHUB_OUTPUT: '/files/output',
      ACTIONS_RUNTIME_TOKEN: secret,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
      ETCDCTL_PASSWORD: secret,
      SSH_AUTH_SOCK: '/agent',
      HTTPS_PROXY: `http://u:${secret}@proxy`,
      STATE_at: 'x',
      CI_PIPELINE_URL: 'https://gitlab.example/p/1',
      CI_JOB_TOKEN: secret,
      CI_REPOSITORY_URL: `https://ci:${secret}@gitlab.example/p.git`,
      PLUGIN_SSH_KEY: secret,
      BUILD_URL: 'https://jenkins.example/1',
    }
    expect(hookEnvironment(env, { member: 'm', endpoint: 'e', step: 'roll' })).toEqual({
      PATH: '/bin',
      HOME: '/home/ci',
      CI: 'true',
      GITHUB_REPOSITORY: 'org/repo',
      GITHUB_RUN_ID: '42',
      RUNNER_TEMP: '/tmp/r',
      RUNNER_TRACKING_ID: 'github_1',
      CI_PIPELINE_URL: 'https://gitlab.example/p/1',
      BUILD_URL: 'https://jenkins.example/1',
      ETCD_DEPLOY_MEMBER: 'm',
      ETCD_DEPLOY_ENDPOINT: 'e',
      ETCD_DEPLOY_STEP: 'roll',
    })
  })
})
