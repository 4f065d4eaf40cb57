import * as core from '@actions/core'
import type { Ci } from './port.js'
import type { StateName } from './state.js'

/** Longest annotation worth sending: GitHub cuts them, and a page of annotation helps nobody. In characters. */
const ANNOTATION_LIMIT = 3500

/**
 * GitHub Actions, and the systems that speak its commands (Gitea, Forgejo). Every text goes through `redact` first:
 * the runner masks too, but only what it was told, and not every system does.
 */
export const githubCi = (redact: (text: string) => string): Ci => ({
  group: (title, work) => core.group(redact(title), work),
  info: (line) => core.info(redact(line)),
  debugging: core.isDebug(),
  debug: (line) => core.debug(redact(line)),
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
  fail: (sentence) => core.setFailed(shorten(redact(sentence))),
})

/** What the main step has kept for the post step; empty where it kept nothing. */
export const savedState = (name: StateName): string => core.getState(name)

const shorten = (text: string): string =>
  text.length <= ANNOTATION_LIMIT ? text : `${text.slice(0, ANNOTATION_LIMIT)} ... (the rest is in the log)`
