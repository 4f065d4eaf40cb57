import { getInput } from '@actions/core'

/**
 * Gives the text of an input: trimmed, lines kept, empty where it is not set. One function per way in which a CI
 * system hands inputs over; a record of texts does for tests.
 */
export type ReadInput = (name: string) => string

/** Inputs as GitHub, Gitea and Forgejo hand them over: INPUT_NAME in the environment, defaults from action.yml. */
export const fromActions: ReadInput = (name) => getInput(name)

/** Inputs from a plain record, trimmed as the CI systems do. */
export const fromRecord =
  (texts: Readonly<Record<string, string>>): ReadInput =>
  (name) =>
    (Object.hasOwn(texts, name) ? (texts[name] ?? '') : '').trim()
