import { inert } from '../foreign-text.js'
import type { Log } from './port.js'
import { sparsely } from './sparse.js'

/** What a log of plain lines needs. */
export interface PlainLog {
  /** Takes one text, without its last line end. */
  readonly print: (text: string) => void
  readonly redact: (text: string) => string
  readonly debugging: boolean
}

/** A log of plain lines, for systems without commands in theirs; nothing secret passes it, and nothing that steers who shows it. */
export const plainLog = ({ print, redact, debugging }: PlainLog): Log => {
  const info = (line: string): void => print(inert(redact(line)))
  return {
    group: (title, work) => {
      info(`== ${title}`)
      return work()
    },
    info,
    progress: sparsely(info),
    debugging,
    debug: (line) => {
      if (debugging) info(`debug: ${line}`)
    },
    notice: (message) => info(`note: ${message}`),
    warning: (message) => info(`warning: ${message}`),
  }
}
