import { type Described, readAction, readGroups } from './readme-tables.js'

/** src/inputs/action.json: what the bundle has to know of action.yml where no runner reads that file for it. */
export const actionJson = (yaml: string): string => {
  const { description, inputs } = readAction(yaml)
  const listed = Object.entries(readGroups(yaml, 'inputs')).flatMap(([group, names]) =>
    names.map((name) => ({ name, group, ...(inputs[name] as Described) })),
  )
  return `${JSON.stringify({ description, inputs: listed }, undefined, 2)}\n`
}
