import * as core from '@actions/core'
import { inert, visible } from '../foreign-text.js'
import type { Ci } from './port.js'
import { sparsely } from './sparse.js'
import type { StateName } from './state.js'

/** Longest annotation worth sending: GitHub cuts them, and a page of annotation helps nobody. In characters. */
const ANNOTATION_LIMIT = 3500

/**
 * GitHub Actions, and the systems that speak its commands (Gitea, Forgejo). Every line goes through `redact` first:
 * the runner masks too, but only what it was told, and not every system does. Then all that could steer the runner is taken out of
 * it, whoever wrote it: text of a host that stops commands would have later keys printed instead of hidden.
 */
export const githubCi = (redact: (text: string) => string): Ci => {
  const line = (text: string): string => inert(redact(text))
  /** What is too long for an annotation stands whole in the log before it. */
  const annotation =
    (say: (text: string) => void) =>
    (text: string): void => {
      const whole = line(text)
      if (whole.length > ANNOTATION_LIMIT) core.info(whole)
      say(shorten(whole))
    }
  return {
    group: (title, work) => core.group(line(title), work),
    info: (text) => core.info(line(text)),
    progress: sparsely((text) => core.info(line(text))),
    debugging: core.isDebug(),
    debug: (text) => core.debug(line(text)),
    notice: annotation(core.notice),
    warning: annotation(core.warning),
    mask: (secret) => core.setSecret(secret),
    output: (name, value) => core.setOutput(name, visible(value)),
    state: (name, value) => {
      try {
        core.saveState(name, value)
      } catch {
        // Without it the post step knows less; that is no reason to fail.
      }
    },
    summary: async (markdown) => {
      // A runner without a summary page sets no file; that is no reason to fail.
      if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(visible(markdown), true).write()
    },
    // GitHub shows no such report by itself.
    testReport: () => Promise.resolve(),
    fail: annotation(core.setFailed),
  }
}

/** What the main step has kept for the post step; empty where it kept nothing. */
export const savedState = (name: StateName): string => core.getState(name)

const shorten = (text: string): string =>
  text.length <= ANNOTATION_LIMIT ? text : `${text.slice(0, ANNOTATION_LIMIT)} ... (the rest is in the log)`
