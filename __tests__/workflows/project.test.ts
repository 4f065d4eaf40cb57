import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { releaseNotes } from '../../script/release-notes.js'
import { textOf, workflowsIn } from './workflow.js'

const workflows = Object.entries(workflowsIn('.github/workflows/'))
const jobs = workflows.flatMap(([path, { jobs: all }]) =>
  Object.entries(all).map(([id, job]) => [`${path} ${id}`, job] as const),
)

describe("the project's own workflows", () => {
  it.each(workflows)('%s has no permission but where a job asks for it', (_, workflow) => {
    expect(workflow.permissions).toEqual({})
  })

  it.each(workflows)('%s pins each action by commit, and says which release that is', (path) => {
    const uses = textOf(path)
      .split('\n')
      .filter((line) => /^\s*(- )?uses:/.test(line))
    expect(uses.length).toBeGreaterThan(0)
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('names one commit for each action', () => {
    const pins = workflows.flatMap(
      ([path]) => textOf(path).match(/[\w-]+\/[\w-]+(?:\/[\w-]+)?@[0-9a-f]{40}/g) ?? [],
    )
    const commits = pins.map((pin) =>
      [pin.split('/').slice(0, 2).join('/').split('@')[0], pin.split('@')[1]].join(' '),
    )
    expect(new Set(commits).size).toBe(new Set(commits.map((line) => line.split(' ')[0])).size)
  })

  it.each(jobs)('%s ends by itself, and leaves no token in the checkout', (_, job) => {
    expect(job['timeout-minutes']).toBeGreaterThan(0)
    for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with?.['persist-credentials']).toBe(false)
  })

  it('gives write access to the contents only where a reviewer has agreed', () => {
    const writers = jobs.filter(([, job]) => job.permissions?.['contents'] === 'write')
    expect(writers.map(([name, { environment }]) => [name, environment])).toEqual([
      ['.github/workflows/release.yml publish', 'release'],
    ])
  })

  it('updates no dependency in its first week', () => {
    const { updates } = parse(textOf('.github/dependabot.yml')) as {
      updates: readonly {
        readonly 'package-ecosystem': string
        readonly cooldown: { 'default-days': number }
      }[]
    }
    expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions', 'pip'])
    for (const { cooldown } of updates) expect(cooldown['default-days']).toBeGreaterThanOrEqual(7)
  })
})

interface Form {
  readonly name: string
  readonly description: string
  readonly body: readonly {
    readonly type: string
    readonly id?: string
    readonly attributes: {
      readonly label?: string
      readonly options?: readonly { readonly required?: boolean }[]
    }
    readonly validations?: { readonly required: boolean }
  }[]
}

describe('the form for bugs', () => {
  const form = parse(textOf('.github/ISSUE_TEMPLATE/bug.yml')) as Form
  const field = (id: string) => form.body.find((part) => part.id === id)

  it('insists on the failure sentence, the versions and the workflow', () => {
    const required = form.body.filter(({ validations }) => validations?.required).map(({ id }) => id)
    expect(required).toEqual(['failure', 'action', 'etcd', 'system', 'step'])
  })

  it('takes the report, and nothing before somebody looked for secrets', () => {
    expect(field('report')?.type).toBe('textarea')
    expect(field('secrets')?.attributes.options).toEqual([expect.objectContaining({ required: true })])
  })
})

describe('releaseNotes', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n## [1.2.0] - 2026-11-24\n\n- Two.\n- Three.\n\n## 1.1.0\n\n- One.\n\n## 1.0.0\n'

  it.each([
    ['1.2.0', '- Two.\n- Three.'],
    ['1.1.0', '- One.'],
  ])('takes what is written below the heading of %s', (version, notes) => {
    expect(releaseNotes(`v${version}`, version, changelog)).toBe(notes)
  })

  it.each([
    ['v1.2.0', '1.1.0', 'the tag is v1.2.0, but package.json says 1.1.0'],
    ['1.2.0', '1.2.0', 'the tag is 1.2.0, but package.json says 1.2.0'],
    ['v1.0.0', '1.0.0', 'CHANGELOG.md says nothing about 1.0.0'],
    ['v1.2', '1.2', 'CHANGELOG.md says nothing about 1.2'],
  ])('refuses %s with package.json at %s', (tag, version, sentence) => {
    expect(() => releaseNotes(tag, version, changelog)).toThrow(sentence)
  })
})
