import { inert } from '../foreign-text.js'
import { plainLog, type PlainLog } from './plain.js'
import type { Log } from './port.js'

/** Erases to the end of the line, so that GitLab's markers are not shown where they are not understood. */
const ERASE = '\x1b[0K'

/**
 * A GitLab job log: groups are sections that can be folded
 * (https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections). GitLab has no command for masking or annotations.
 */
export const gitlabLog = (plain: PlainLog, now: () => number = Date.now): Log => {
  let sections = 0
  const mark = (what: 'start' | 'end', name: string, title: string): void =>
    plain.print(`${ERASE}section_${what}:${Math.floor(now() / 1000)}:${name}\r${ERASE}${title}`)
  return {
    ...plainLog(plain),
    group: async (title, work) => {
      const name = `etcd_deploy_${(sections += 1)}`
      mark('start', name, inert(plain.redact(title)))
      try {
        return await work()
      } finally {
        mark('end', name, '')
      }
    },
  }
}
