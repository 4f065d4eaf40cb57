import { Failure } from '../failure.js'

/** Shown instead of a value that is or may hold a secret. */
export const SECRET = '(secret)'

/** One thing that is wrong with the inputs. */
export interface InputProblem {
  /** Its name, or that of the flag or variable it was to come from. */
  readonly input: string
  /** The part of the input that is wrong, as given; empty where nothing was given; `(secret)` for secrets. */
  readonly value: string
  /** What is wrong, as a clause that follows the value: "is not a port, a whole number from 1 to 65535". */
  readonly rule: string
  /** Something that would be right, on one line; empty where there is none to give. */
  readonly example: string
}

const LONGEST_VALUE = 80

/** The one failure that stands for all problems, one line each. */
export const inputFailure = (problems: readonly InputProblem[]): Failure => {
  const headline =
    problems.length === 1
      ? 'one input is not right; nothing was connected to and nothing was changed'
      : `${problems.length} things in the inputs are not right; nothing was connected to and nothing was changed`
  return new Failure({
    what: [`${headline}:`, ...problems.map((problem) => `- ${renderProblem(problem)}`)].join('\n'),
  })
}

/** `ssh-port "70000" is not a port, a whole number from 1 to 65535 (example: 22)`. */
export const renderProblem = ({ input, value, rule, example }: InputProblem): string =>
  `${input}${showValue(value)} ${rule}${example === '' ? '' : ` (example: ${example})`}`

const showValue = (value: string): string => {
  if (value === '') return ''
  return value === SECRET ? ` ${SECRET}` : ` ${quoted(value)}`
}

/** A text between quotes, on one line and shortened. */
export const quoted = (text: string): string => {
  const characters = [...text]
  return JSON.stringify(
    characters.length <= LONGEST_VALUE ? text : `${characters.slice(0, LONGEST_VALUE).join('')}...`,
  )
}
