import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { type Context, example, filledIn, inputsOf, type Job, ourSteps } from '../workflows/workflow.js'
import { contextOf, exampleSettings } from './example-settings.js'
import { e2eLab, VERSION } from './lab.js'
import { makeToolCache, passed } from './shape.js'

const OLDER = '3.5.16'
const HOSTS = [1, 2, 3]

describe('the examples, with the inputs that they give the action', () => {
  let lab: Lab
  let cache: Awaited<ReturnType<typeof makeToolCache>>

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    await lab.command('reset', 'all')
  })

  afterAll(() => cache.remove())

  interface Use {
    readonly hosts?: readonly number[]
    readonly version: string
    /** What expressions name besides settings. */
    readonly more?: Context
  }

  /** Runs the step of a job that uses the action. */
  const runJob = async (job: Job, { hosts = HOSTS, version, more = {} }: Use): Promise<RunResult> => {
    const settings = await exampleSettings(lab, hosts, version)
    const [step] = ourSteps(job)
    const inputs = inputsOf(step!, { ...contextOf(settings), ...more })
    return run({ ...settings.defaults, ...inputs }, cache.options)
  }

  const jobOf = (name: string, job: string): Job => example(name).jobs[job]!

  it('deploy, then health', async () => {
    passed(await runJob(jobOf('deploy', 'deploy'), { version: OLDER }))
    passed(await runJob(jobOf('health', 'health'), { version: OLDER }))
  })

  it('nightly: corrects what was changed by hand, and the next night has nothing to do', async () => {
    const job = jobOf('nightly', 'deploy')
    await lab.on(2, 'chmod 644 /etc/kubernetes/ssl/etcd-key.pem && systemctl disable etcd')
    const first = await runJob(job, { version: OLDER })
    passed(first)
    expect(first.outputs['changed']).toBe('true')
    expect(await lab.on(2, 'stat -c %a /etc/kubernetes/ssl/etcd-key.pem; systemctl is-enabled etcd')).toBe(
      '600\nenabled\n',
    )
    const second = await runJob(job, { version: OLDER })
    passed(second)
    expect(second.outputs['changed']).toBe('false')
  })

  it('nightly: refuses hosts where the cluster is gone, and bootstraps none', async () => {
    const run = await runJob(jobOf('nightly', 'deploy'), { hosts: [4], version: OLDER })
    expect(run.exitCode).toBe(1)
    expect(await lab.on(4, 'ls /var/lib/etcd 2>/dev/null | wc -l')).toBe('0\n')
  })

  it('upgrade: the second job does what the first one showed, without its having had the key of the CA', async () => {
    const { plan, deploy } = example('upgrade').jobs
    const planned = await runJob(plan!, { version: VERSION, more: { 'inputs.version': VERSION } })
    expect(planned.outputs['failure']).toBe('')
    const outputs = jobOutputs(plan!, planned)
    expect(outputs).toMatchObject({
      'needs.plan.outputs.digest': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      'needs.plan.outputs.summary': expect.stringContaining(VERSION) as string,
    })
    const more = { 'inputs.version': VERSION, ...outputs }
    const done = await runJob(deploy!, { version: VERSION, more })
    passed(done)
    expect(done.outputs).toMatchObject({ version: VERSION, changed: 'true', 'failed-writes': '0' })
    // The approval was for that plan, not for whatever is there to do now.
    const again = await runJob(deploy!, { version: VERSION, more })
    expect(again.outputs['failure']).toContain('expect-plan')
  })

  it('fleet: one cluster after the other, each with its own hosts', async () => {
    const job = jobOf('fleet', 'deploy')
    const ids: string[] = []
    for (const [index, cluster] of job.strategy!.matrix['cluster']!.entries()) {
      const done = await runJob(job, {
        hosts: [4 + index],
        version: OLDER,
        more: { 'matrix.cluster': cluster },
      })
      passed(done)
      ids.push(done.outputs['cluster-id'] ?? '')
    }
    expect(new Set(ids).size).toBe(2)
  })

  /** The outputs of a job that come straight from its step, as `needs` gives them to the next job. */
  const jobOutputs = (job: Job, { outputs }: RunResult): Context => {
    const context = Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [`steps.etcd.outputs.${name}`, value]),
    )
    const plain = Object.entries(job.outputs ?? {}).filter(([, text]) => !text.includes('('))
    return Object.fromEntries(
      plain.map(([name, text]) => [`needs.plan.outputs.${name}`, filledIn(text, context)]),
    )
  }
})
