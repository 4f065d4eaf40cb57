import { describe, expect, it } from 'vitest'
import { readAction } from '../../script/readme-tables.js'
import { ACTION_YML, anyHost, ca, defaults, problemsIn, sshKey } from '../inputs/setting.js'
import {
  type Context,
  inputsOf,
  type Job,
  namesUsed,
  OUR_ACTION,
  ourSteps,
  textOf,
  type Workflow,
  workflowsIn,
} from './workflow.js'

const action = readAction(ACTION_YML)
const examples = Object.entries(workflowsIn('docs/examples/'))
const jobs = examples.flatMap(([path, workflow]) =>
  Object.entries(workflow.jobs).map(([id, job]) => [`${path} ${id}`, job, workflow] as const),
)

/** What somebody who copied an example has set up. */
const SET_UP: Context = {
  'vars.ETCD_HOSTS': '192.168.1.1\n192.168.1.2\n192.168.1.3',
  'vars.ETCD_VERSION': '3.6.14',
  'vars.SSH_KNOWN_HOSTS': anyHost,
  'secrets.SSH_PRIVATE_KEY': sshKey,
  'secrets.CA_CERT': ca.certPem,
  'secrets.CA_KEY': ca.keyPem,
  'inputs.version': '3.6.14',
  'matrix.cluster': 'staging',
  'needs.plan.outputs.digest': 'a'.repeat(64),
}

describe('the examples', () => {
  it('are those that the documentation names', () => {
    const names = ['deploy', 'fleet', 'health', 'nightly', 'upgrade']
    expect(examples.map(([path]) => path).sort()).toEqual(names.map((name) => `docs/examples/${name}.yml`))
  })

  it.each(jobs)('%s gives the action inputs that it has, and all that it needs', (_, job) => {
    const steps = ourSteps(job)
    expect(steps).toHaveLength(1)
    for (const step of steps) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})))
      expect(problemsIn({ ...defaults, ...inputsOf(step, SET_UP) })).toEqual([])
    }
  })

  it.each(jobs)('%s runs where private addresses can be reached', (_, job) => {
    expect(job['runs-on']).toBe('self-hosted')
  })

  it.each(jobs)('%s uses outputs that are there', (_, job, workflow) => {
    expect(outputsNotThere(job, workflow)).toEqual([])
  })

  it.each(jobs)('%s names each secret and variable after its input', (_, job) => {
    for (const step of ourSteps(job))
      for (const [input, value] of Object.entries(step.with ?? {})) {
        const [, name] = /\$\{\{ (?:secrets|vars)\.(\w+) \}\}/.exec(value) ?? []
        if (name !== undefined)
          expect(name.replace(/^ETCD_/, '')).toBe(input.toUpperCase().replaceAll('-', '_'))
      }
  })

  it.each(examples)('%s says at its top which secrets and variables to set', (path, workflow) => {
    const head = textOf(path).split('\nname: ')[0]
    for (const name of [...namesUsed(workflow, 'secrets'), ...namesUsed(workflow, 'vars')])
      expect(head).toMatch(new RegExp(`\\b${name.split('.')[1]}\\b`))
  })

  it.each(examples)(
    "%s takes no permission that it does not use, and nobody else's action",
    (_, workflow) => {
      expect(workflow.permissions).toEqual({})
      const granted = Object.values(workflow.jobs).flatMap((job) => Object.entries(job.permissions ?? {}))
      const commands = JSON.stringify(workflow)
      expect(granted).toEqual(commands.includes('gh issue') ? [['issues', 'write']] : [])
      const used = Object.values(workflow.jobs).flatMap((job) => job.steps.flatMap(({ uses }) => uses ?? []))
      expect(new Set(used)).toEqual(new Set([OUR_ACTION]))
    },
  )

  it.each(jobs)(
    '%s ends by itself, waits for its turn, and is not broken off by the next run',
    (_, job, workflow) => {
      expect(job['timeout-minutes']).toBeGreaterThan(0)
      expect(job.environment).toMatch(/^etcd-/)
      const concurrency = job.concurrency ?? workflow.concurrency
      expect(concurrency).toMatchObject({ 'cancel-in-progress': false })
      const changes = ourSteps(job).some((step) => (step.with?.['operation'] ?? 'deploy') === 'deploy')
      // One group for all that may change the cluster, and for nothing else: GitHub keeps only one run waiting.
      const group = concurrency?.group.replace('${{ matrix.cluster }}', 'production')
      if (changes) expect(group).toBe('etcd-production')
      else expect(group).not.toBe('etcd-production')
    },
  )

  it('keep the key of the CA from whatever runs before the approval', () => {
    const { plan } = (examples.find(([path]) => path.includes('upgrade')) as [string, Workflow])[1].jobs
    expect(namesUsed(plan, 'secrets')).toEqual(['secrets.SSH_PRIVATE_KEY', 'secrets.CA_CERT'])
  })
})

describe('outputsNotThere', () => {
  const [, upgrade] = examples.find(([path]) => path.includes('upgrade')) as [string, Workflow]
  const wrong = (from: string, to: string): readonly string[] => {
    const changed = JSON.parse(JSON.stringify(upgrade).replaceAll(from, to)) as Workflow
    return Object.values(changed.jobs).flatMap((job) => outputsNotThere(job, changed))
  }

  it.each([
    ['etcd.outputs.plan-digest', 'etcd.outputs.plan-hash', ['steps.etcd.outputs.plan-hash']],
    [
      'steps.etcd.outputs.plan-summary',
      'steps.plan.outputs.plan-summary',
      ['steps.plan.outputs.plan-summary'],
    ],
    ['needs.plan.outputs.digest', 'needs.plan.outputs.sha', ['needs.plan.outputs.sha']],
    [
      '"needs":"plan"',
      '"needs":[]',
      ['needs.plan.outputs.kind', 'needs.plan.outputs.digest', 'needs.plan.outputs.summary'],
    ],
  ])('sees %s written as %s', (from, to, names) => {
    expect(wrong(from, to)).toEqual(names)
  })
})

/** Outputs that a job uses and that neither a step of it nor a job it needs has. */
function outputsNotThere(job: Job, workflow: Workflow): readonly string[] {
  const needed = [job.needs ?? []].flat()
  return [
    ...namesUsed(job, 'needs').filter((name) => {
      const [, id = '', , output = ''] = name.split('.')
      return !needed.includes(id) || !(output in (workflow.jobs[id]?.outputs ?? {}))
    }),
    ...namesUsed(job, 'steps').filter((name) => {
      const [, id, kind, output = ''] = name.split('.')
      const step = job.steps.find((candidate) => candidate.id === id)
      if (step?.uses !== OUR_ACTION) return true
      return kind === 'outputs' ? !(output in action.outputs) : kind !== 'outcome'
    }),
  ]
}
