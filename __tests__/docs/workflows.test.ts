import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readAction } from '../../script/readme-tables.js'
import { projectPages, textOf } from './pages.js'

const USES = 'your-org/etcd-deploy@v1'

/** Every mapping in a YAML value that is a step with this action. */
const stepsOf = (value: unknown): readonly Record<string, unknown>[] => {
  if (Array.isArray(value)) return value.flatMap(stepsOf)
  if (typeof value !== 'object' || value === null) return []
  const map = value as Record<string, unknown>
  const own = String(map['uses']).includes('etcd-deploy') ? [map] : []
  return [...own, ...Object.values(map).flatMap(stepsOf)]
}

/** What is wrong with the steps in a piece of YAML that use this action. */
const problemsOf = (text: string, inputs: ReadonlySet<string>): readonly string[] => {
  const documents = parseAllDocuments(text)
  if ('empty' in documents) return ['holds nothing']
  return documents.flatMap((document) => [
    ...document.errors.map(({ message }) => message),
    ...stepsOf(document.toJS()).flatMap((step) => {
      const given = Object.keys((step['with'] ?? {}) as object)
      const operation = ((step['with'] ?? {}) as Record<string, unknown>)['operation'] ?? 'deploy'
      const needed =
        operation === 'deploy'
          ? ['hosts', 'ca-cert', 'ca-key']
          : operation === 'plan'
            ? ['hosts', 'ca-cert']
            : []
      return [
        ...(/^your-org\/etcd-deploy(\/node24)?@v1$/.test(String(step['uses']))
          ? []
          : [`uses ${String(step['uses'])}, not ${USES}`]),
        ...given.filter((name) => !inputs.has(name)).map((name) => `${name} is no input`),
        ...needed.filter((name) => !given.includes(name)).map((name) => `${name} is missing`),
        ...(given.includes('hosts') || given.includes('endpoints') ? [] : ['neither hosts nor endpoints']),
      ]
    }),
  ])
}

const inputs = new Set(Object.keys(readAction(textOf('action.yml')).inputs))

describe('workflows in the documentation', () => {
  const blocks = [...projectPages()].flatMap(([path, page]) =>
    page.blocks.filter(({ language }) => /^ya?ml$/.test(language)).map(({ text }) => [path, text] as const),
  )

  it('are there in both languages', () => {
    const withAction = blocks.filter(([, text]) => text.includes(USES)).map(([path]) => path)
    expect(withAction).toEqual(expect.arrayContaining(['README.md', 'README.zh-CN.md']))
  })

  it.each(blocks)('%s: can be read, and gives this action what it takes', (_path, text) => {
    expect(problemsOf(text, inputs)).toEqual([])
  })
})

describe('the check itself', () => {
  it.each([
    [
      'an input that is not there',
      `- uses: ${USES}\n  with: { operation: health, hosts: a, host: b }`,
      'host is no input',
    ],
    ['a missing one', `- uses: ${USES}\n  with: { hosts: a, ca-cert: b }`, 'ca-key is missing'],
    [
      'another name',
      '- uses: me/etcd-deploy@main\n  with: { operation: health, hosts: a }',
      'uses me/etcd-deploy@main, not',
    ],
    ['nowhere to work', `- uses: ${USES}\n  with: { operation: health }`, 'neither hosts nor endpoints'],
    ['broken YAML', '- uses: [\n', 'Flow sequence'],
  ])('finds %s', (_name, text, problem) => {
    expect(problemsOf(text, inputs).join()).toContain(problem)
  })
})
