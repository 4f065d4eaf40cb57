import type { Fault } from './parse/parsed.js'
import type { InputName } from './table.js'

/** How a workflow hands a secret over: `${{ secrets.CA_KEY }}`. */
export const secretExample = (input: InputName): string =>
  `\${{ secrets.${input.toUpperCase().replaceAll('-', '_')} }}`

/** The usual mistake: a secret that does not exist, or that this run may not see, arrives as an empty text. */
export const emptySecret = (input: InputName, more = ''): Fault => ({
  value: '',
  rule:
    `is empty${more}: the secret it comes from is probably not set, or not visible to this workflow ` +
    '(forks and other environments do not see it)',
  example: secretExample(input),
})
