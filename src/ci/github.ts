import * as core from '@actions/core'
import type { Ci } from './port.js'
import { sparsely } from './sparse.js'
import type { StateName } from './state.js'

/** Longest annotation worth sending: GitHub cuts them, and a page of annotation helps nobody. In characters. */
const ANNOTATION_LIMIT = 3500

/**
 * GitHub Actions, and the systems that speak its commands (Gitea, Forgejo). Every text goes through `redact` first:
 * the runner masks too, but only what it was told, and not every system does.
 */
export const githubCi = (redact: (text: string) => string): Ci => ({
  group: (title, work) => core.group(redact(title), work),
  info: (line) => core.info(inert(redact(line))),
  progress: sparsely((line) => core.info(inert(redact(line)))),
  debugging: core.isDebug(),
  debug: (line) => core.debug(redact(line)),
  notice: (message) => core.notice(shorten(redact(message))),
  warning: (message) => core.warning(shorten(redact(message))),
  mask: (secret) => core.setSecret(secret),
  output: (name, value) => core.setOutput(name, redact(value)),
  state: (name, value) => {
    try {
      core.saveState(name, redact(value))
    } catch {
      // Without it the post step knows less; that is no reason to fail.
    }
  },
  summary: async (markdown) => {
    // A runner without a summary page sets no file; that is no reason to fail.
    if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(redact(markdown), true).write()
  },
  // GitHub shows no such report by itself.
  testReport: () => Promise.resolve(),
  fail: (sentence) => core.setFailed(shorten(redact(sentence))),
})

/** What the main step has kept for the post step; empty where it kept nothing. */
export const savedState = (name: StateName): string => core.getState(name)

/**
 * Text of a host that is no command to the runner, whatever is in it: one that stops commands would have later keys printed instead
 * of hidden (actions/runner src/Runner.Common/ActionCommand.cs: `::` first in a line, `##[` anywhere).
 */
const inert = (text: string): string =>
  text.replace(/(^|[\r\n])(\s*)::/g, '$1$2\u200b::').replaceAll('##[', '##\u200b[')

const shorten = (text: string): string =>
  text.length <= ANNOTATION_LIMIT ? text : `${text.slice(0, ANNOTATION_LIMIT)} ... (the rest is in the log)`
