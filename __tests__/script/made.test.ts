import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { actionJson } from '../../script/action-json.js'
import { gitlabTemplate } from '../../script/gitlab-template.js'
import { node24Action } from '../../script/node24.js'
import { readAction } from '../../script/readme-tables.js'
import { SECRET_INPUTS, variableOf } from '../../src/inputs/table.js'

const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const yaml = file('action.yml')
const { inputs, outputs } = readAction(yaml)

describe.each([
  ['node24/action.yml', node24Action],
  ['src/inputs/action.json', actionJson],
  ['templates/etcd-deploy.yml', gitlabTemplate],
])('%s', (name, make) => {
  it('is what action.yml gives', () => {
    expect(make(yaml)).toBe(file(name))
  })

  it('is out of date as soon as a default changes', () => {
    expect(make(yaml.replace("default: '22'", "default: '2222'"))).not.toBe(file(name))
  })
})

describe('node24/action.yml', () => {
  it('differs from action.yml in the runtime and the way to the bundle, and in nothing else', () => {
    const [old, made] = [yaml.split('\n'), file('node24/action.yml').split('\n')]
    expect(made).toHaveLength(old.length)
    expect(made.flatMap((line, at) => (line === old[at] ? [] : [`${old[at]} -> ${line}`]))).toEqual([
      '  using: node20 ->   using: node24',
      '  main: dist/index.js ->   main: ../dist/index.js',
      '  post: dist/index.js ->   post: ../dist/index.js',
    ])
  })
})

interface Template {
  readonly spec: { readonly inputs: Record<string, { description?: string; default?: string }> }
}

interface Job {
  readonly variables: Record<string, string | { value: string; expand: boolean }>
  readonly artifacts: { readonly reports: Record<string, string> }
}

describe('the GitLab component', () => {
  const text = file('templates/etcd-deploy.yml')
  const [spec, jobs] = parseAllDocuments(text).map((document) => document.toJS() as unknown)
  const offered = (spec as Template).spec.inputs
  const [job] = Object.values(jobs as Record<string, Job>)
  const handed = Object.keys(inputs).filter((name) => offered[name] !== undefined)

  it('has every input of action.yml with its default, but for texts of several lines', () => {
    const missing = Object.keys(inputs).filter((name) => !handed.includes(name))
    expect(missing.sort()).toEqual([...SECRET_INPUTS, 'ssh-known-hosts'].sort())
    for (const name of handed) expect(offered[name]?.default).toBe(inputs[name]?.default ?? '')
    for (const name of missing) expect(text).toContain(`\n#   ${variableOf(name)}`)
  })

  it('hands each of them over as the variable of its own', () => {
    const valueOf = (name: string): string | undefined => {
      const variable = job?.variables[variableOf(name)]
      return typeof variable === 'object' ? variable.value : variable
    }
    for (const name of handed) expect(valueOf(name)).toBe(`$[[ inputs.${name} ]]`)
  })

  it('uses no input that it does not offer, and offers none that it does not use', () => {
    const used = [...text.matchAll(/\$\[\[ inputs\.([a-z0-9-]+) \]\]/g)].map(([, name]) => name)
    expect([...new Set(used)].sort()).toEqual(Object.keys(offered).sort())
  })

  it('does not let GitLab fill in what the shell of a hook has to', () => {
    for (const name of ['BEFORE_MEMBER', 'AFTER_MEMBER'])
      expect(job?.variables[`ETCD_DEPLOY_${name}`]).toMatchObject({ expand: false })
  })
})

describe('src/inputs/action.json', () => {
  it('has the inputs of action.yml and nothing about its outputs', () => {
    const made = JSON.parse(file('src/inputs/action.json')) as { inputs: { name: string }[] }
    expect(made.inputs.map(({ name }) => name)).toEqual(Object.keys(inputs))
    expect(JSON.stringify(made)).not.toContain(outputs['failure']?.description)
  })
})

describe('action.yml', () => {
  it('runs the one bundle, on Node 20', () => {
    const { runs } = parse(yaml) as { runs: Record<string, string> }
    expect(runs).toEqual({
      using: 'node20',
      main: 'dist/index.js',
      post: 'dist/index.js',
      'post-if': 'always()',
    })
  })
})
