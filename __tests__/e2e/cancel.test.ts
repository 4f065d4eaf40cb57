import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { cancel, CANCEL, run, start, type RunResult } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { failed } from './refusal.js'

const HOSTS = [1, 2, 3]

/**
 * A member that has begun and never comes to join; not the etcd that judges its certificate before that. To be begun in good time: on a
 * busy machine a member may have joined before a login is through.
 */
const HOLD_ETCD = `timeout 120 sh -c "until pkill -STOP -f '[-]-initial-cluster-token='; do sleep 0.02; done"`
const LET_ETCD_GO = 'pkill -CONT -x etcd'
const AWAIT_UPLOAD =
  'timeout 30 sh -c "until ls -d /opt/kube/bin/.etcd/.upload-* >/dev/null 2>&1; do sleep 0.05; done"'

describe('cancelling a bootstrap with the timings of a runner', () => {
  let lab: Lab
  let inputs: Record<string, string>
  /** A cache that has the release already, so that only what is cancelled takes its time. */
  let cache: string

  beforeAll(async () => {
    lab = await e2eLab()
    inputs = await lab.inputs(HOSTS, VERSION)
    cache = await mkdtemp(join(tmpdir(), 'etcd-deploy-cache-'))
  })
  afterAll(() => rm(cache, { recursive: true }))
  beforeEach(() => lab.command('reset', ...HOSTS.map(String)))

  const env = () => ({ RUNNER_TOOL_CACHE: cache })

  /** Cancelled in its time, says so once, and has let go of everything. */
  const cancelled = (result: RunResult, at: number): string => {
    expect(result.signal, result.log).toBe(null)
    expect(result.endedAt - at).toBeLessThan(CANCEL.sigtermAfterMs)
    expect(result.log).toContain('SIGINT: cancelling.')
    expect(result.summary).toContain('**Failed:** the run was cancelled')
    expect(result.report).toBeDefined()
    expect(result.post).toMatchObject({
      exitCode: 0,
      log: expect.not.stringContaining('::warning') as unknown,
    })
    return failed(result).failure
  }

  const cancelAt = async (text: string, given: Record<string, string>, more: Record<string, string> = {}) => {
    const started = await start(given, { env: { ...env(), ...more } })
    await started.sees(text)
    const at = Date.now()
    return cancelled(await cancel(started), at)
  }

  const runsAgain = async (): Promise<void> => {
    const result = await run(inputs, { env: env() })
    expect(result.errors, result.log).toEqual([])
    expect(result.outputs['healthy']).toBe('true')
    expect(result.exitCode).toBe(0)
  }

  test('while a host does not answer the login: nothing was changed', async () => {
    await lab.on(3, 'pkill -STOP -x sshd')
    try {
      const started = await start(inputs, { env: env() })
      await started.sees('Connect to 3 hosts')
      const at = Date.now()
      expect(cancelled(await cancel(started), at)).toBe(
        'the run was cancelled: by SIGINT, during "Connect to 3 hosts over SSH"; nothing was changed on any host; ' +
          'run it again: it looks at the hosts first and goes on from there.',
      )
    } finally {
      await lab.on(3, 'pkill -CONT -x sshd')
    }
  })

  test('during a slow download: nothing was changed, nothing is left on the runner', async () => {
    const own = await mkdtemp(join(tmpdir(), 'etcd-deploy-cache-'))
    try {
      const slow = { ...inputs, 'download-base-url': `${lab.mirror.url}/slow` }
      const failure = await cancelAt('Downloading ', slow, { RUNNER_TOOL_CACHE: own })
      expect(failure).toBe(
        'the run was cancelled: by SIGINT, during "Fetch the release"; nothing was changed on any host; ' +
          'run it again: it looks at the hosts first and goes on from there.',
      )
      expect(await readdir(join(own, 'etcd-deploy'))).toEqual([])
    } finally {
      await rm(own, { recursive: true })
    }
    await runsAgain()
  })

  test('during a slow upload: no member was started, no host keeps half a release', async () => {
    // The first in the scripts' PATH: a host that takes nothing for a while.
    const slowly =
      'printf \'#!/bin/sh\\nsleep 5\\nexec /usr/bin/tee "$@"\\n\' >/usr/local/sbin/tee && chmod +x /usr/local/sbin/tee'
    await Promise.all(HOSTS.map((host) => lab.on(host, slowly)))
    const started = await start(inputs, { env: env() })
    await Promise.all(HOSTS.map((host) => lab.on(host, AWAIT_UPLOAD)))
    const at = Date.now()
    const failure = cancelled(await cancel(started), at)
    expect(failure).toContain(
      'the run was cancelled: by SIGINT, during "Bootstrap the cluster"; no member was started by this run; run it again',
    )
    for (const host of HOSTS)
      expect(failure).toContain(`${lab.hosts[host - 1]?.address}:22): could not send etcd`)
    await Promise.all(HOSTS.map((host) => lab.on(host, 'rm /usr/local/sbin/tee')))
    await runsAgain()
    const left = await Promise.all(
      HOSTS.map((host) => lab.on(host, 'ls -A /opt/kube/bin/.etcd | grep upload || :')),
    )
    expect(left).toEqual(['', '', ''])
  })

  test('while the members wait for each other: they are left as they are and the next run goes on', async () => {
    const started = await start(inputs, { env: env() })
    await lab.on(3, HOLD_ETCD)
    await started.sees('starting etcd-')
    const at = Date.now()
    const failure = cancelled(await cancel(started), at)
    expect(failure).toMatch(
      /^the run was cancelled: by SIGINT, during "Bootstrap the cluster"; (the members were started and|members that were started) are left as they are; run it again/,
    )
    await lab.on(3, LET_ETCD_GO)
    await runsAgain()
  })

  test('a second signal ends it at once, and the locks are free all the same', async () => {
    const started = await start(inputs, { env: env() })
    await lab.on(3, HOLD_ETCD)
    await started.sees('starting etcd-')
    const at = Date.now()
    started.signal('SIGINT')
    await started.sees('SIGINT: cancelling.')
    started.signal('SIGTERM')
    const result = await started.done
    expect(result.endedAt - at).toBeLessThan(CANCEL.sigtermAfterMs)
    expect(result.exitCode).toBe(130)
    expect(result.log).toContain('SIGTERM: ending at once.')
    expect(result.post.log).toMatch(/^::warning::The run was ended during "Bootstrap the cluster"/m)
    await lab.on(3, LET_ETCD_GO)
    await runsAgain()
  })

  test('the post step cleans up after a kill and says where it was', async () => {
    const own = await mkdtemp(join(tmpdir(), 'etcd-deploy-cache-'))
    try {
      const slow = { ...inputs, 'download-base-url': `${lab.mirror.url}/slow` }
      const started = await start(slow, { env: { RUNNER_TOOL_CACHE: own } })
      await vi.waitFor(async () => expect(await readdir(join(own, 'etcd-deploy'))).toHaveLength(1), 10_000)
      started.signal('SIGKILL')
      const { signal, post } = await started.done
      expect(signal).toBe('SIGKILL')
      expect(post.exitCode).toBe(0)
      expect(post.log).toMatch(/^::warning::The run was ended during "Fetch the release".* Run it again/m)
      expect(post.log).toContain('Removed .partial-')
      expect(await readdir(join(own, 'etcd-deploy'))).toEqual([])
    } finally {
      await rm(own, { recursive: true })
    }
  })
})
