import { inert } from '../foreign-text.js'
import type { Log } from './port.js'
import { plainLog, type PlainLog } from './plain.js'

export interface TerminalLog extends PlainLog {
  /** Takes text as it is, without a line end. */
  readonly write: (text: string) => void
  /** Columns of the terminal, which may change. */
  readonly width: () => number
}

/** Back to the start of the line, and the line erased. */
const ERASE = '\r\x1b[2K'

/** A log on a person's terminal: progress is one line that is written over and over, and gone when something else is said. */
export const terminalLog = ({ write, width, ...plain }: TerminalLog): Log => {
  let shown = false
  const print = (text: string): void => {
    if (shown) write(ERASE)
    shown = false
    plain.print(text)
  }
  return {
    ...plainLog({ ...plain, print }),
    progress: (line) => {
      // A line that wraps could not be taken back as a whole.
      const [first = ''] = inert(plain.redact(line)).split('\n')
      write(`${ERASE}${[...first].slice(0, Math.max(width() - 1, 1)).join('')}`)
      shown = true
    },
  }
}
