import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAction, readGroups, withTables } from '../../script/readme-tables.js'

const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const yaml = file('action.yml')
const readme = file('README.md')

describe('README.md', () => {
  it('has the inputs and outputs of action.yml', () => {
    expect(withTables(readme, yaml)).toBe(readme)
  })

  it.each(['inputs', 'outputs'] as const)('has every one of the %s in a table', (section) => {
    const names = Object.keys(readAction(yaml)[section])
    expect(Object.values(readGroups(yaml, section)).flat()).toEqual(names)
    for (const name of names) expect(readme).toContain(`\n| \`${name}\` |`)
  })

  it('is out of date as soon as a description changes', () => {
    expect(withTables(readme, yaml.replace('SSH port where', 'SSH door where'))).not.toBe(readme)
  })

  it('shows a first workflow of less than 20 lines, with inputs that exist', () => {
    const workflow = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
    expect(workflow.trimEnd().split('\n').length).toBeLessThan(20)
    const given = [...workflow.matchAll(/^ {10}([a-z-]+):/gm)].map(([, name]) => name)
    expect(given).toContain('hosts')
    expect(Object.keys(readAction(yaml).inputs)).toEqual(expect.arrayContaining(given))
  })
})

describe('the tables', () => {
  const page =
    '<!-- inputs: made from action.yml by npm run docs -->\n<!-- /inputs -->\n<!-- outputs: made from action.yml by npm run docs -->\n<!-- /outputs -->'

  it('have a row for each name under the title it stands below', () => {
    const action = [
      'inputs:',
      '  # One',
      '  a:',
      '    description: >-',
      '      First | line',
      '      and more.',
      '    default: x',
      '  # Two',
      '  b: { description: B. }',
      'outputs:',
      '  # Three',
      '  c: { description: C. }',
    ].join('\n')
    const made = withTables(page, action)
    expect(made).toContain(
      '#### One\n\n| input | default | what it does |\n| --- | --- | --- |\n| `a` | `x` | First \\| line and more. |',
    )
    expect(made).toContain(
      '#### Two\n\n| input | default | what it does |\n| --- | --- | --- |\n| `b` |  | B. |',
    )
    expect(made).toContain('#### Three\n\n| output | what it holds |\n| --- | --- |\n| `c` | C. |')
    expect(withTables(made, action)).toBe(made)
  })

  it('need their markers and their titles', () => {
    expect(() => withTables('', 'inputs:\n  # T\noutputs:\n')).toThrow('there is no <!-- inputs')
    expect(() => readGroups('inputs:\n  a: {}\n', 'inputs')).toThrow('a stands before the first title')
  })
})
