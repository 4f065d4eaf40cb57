import { githubCi, savedState } from './ci/github.js'
import { STATE } from './ci/state.js'
import { leftovers } from './operations/leftovers.js'
import { placeOf } from './place.js'
import { sentenceOf } from './failure.js'

/**
 * The post step, which GitHub and its like have: cleans the runner and, where the main step was killed before it could say how it ended, says where that was.
 * Reads no input, knows no secret and never fails the job.
 */
export const post = async (): Promise<void> => {
  const ci = githubCi((text) => text)
  try {
    await leftovers(ci, placeOf('github', process.env), {
      at: savedState(STATE.at),
      partial: savedState(STATE.partial),
      finished: savedState(STATE.finished) !== '',
    })
  } catch (error) {
    ci.warning(`The runner could not be cleaned: ${sentenceOf(error)}`)
  }
}
