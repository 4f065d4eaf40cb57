import { describe, expect, it } from 'vitest'
import { readAction, readGroups } from '../../script/readme-tables.js'
import { helpText } from '../../src/inputs/help.js'
import { HIDDEN_INPUTS } from '../../src/inputs/table.js'
import { ACTION_YML } from './setting.js'

describe('the help text', () => {
  const help = helpText()
  const flow = help.replace(/\s+/g, ' ')

  it('has every input in the words, the groups and the order of action.yml', () => {
    const { inputs } = readAction(ACTION_YML)
    const titles = Object.entries(readGroups(ACTION_YML, 'inputs')).flatMap(([title, names]) => [
      `${title}:`,
      ...names,
    ])
    const shown = help.split('\n').flatMap((line) => /^\S.*:$|^ {2}--\S+/.exec(line) ?? [])
    expect(shown.map((text) => text.replace('  --', ''))).toEqual(titles)
    for (const { description } of Object.values(inputs)) {
      expect(flow).toContain(description.replaceAll('`', '').replace(/\s+/g, ' ').trim())
    }
    expect(flow).toContain('--ssh-port VALUE (default: 22)')
  })

  it('never tells to put a secret on the command line', () => {
    for (const name of HIDDEN_INPUTS) expect(help).toContain(`  --${name} @FILE\n`)
  })

  it('fits a terminal, but for what cannot be broken', () => {
    const long = help.split('\n').filter((line) => line.length > 100 && line.trim().includes(' '))
    expect(long.filter((line) => !line.includes('Usage:'))).toEqual([])
  })
})
