import { formatDuration } from '../time/duration.js'
import type { Command, CommandResult, HostSession } from './port.js'

/** What of one command's output is worth reading. */
const MOST_LINES = 30
const LONGEST_LINE = 300

/**
 * The same session, whose every command is told: what it is for, with which arguments, how it ended and what it printed. Never
 * what it was given on stdin, which may be secret, nor output that is the data of users.
 */
export const transcribed = (session: HostSession, tell: (line: string) => void): HostSession => {
  const say = (line: string): void => tell(`${session.member}: ${printable(line)}`)
  return {
    ...session,
    run: async (command) => {
      const began = performance.now()
      const took = (): string => formatDuration(performance.now() - began)
      try {
        const result = await session.run(command)
        say(`${titleOf(command)}: exit ${result.code} after ${took()}`)
        outputOf(command, result).forEach(say)
        return result
      } catch (error) {
        say(
          `${titleOf(command)}: ${error instanceof Error ? error.message : String(error)} (after ${took()})`,
        )
        throw error
      }
    },
    hold: async (command) => {
      const held = await session.hold(command)
      say(`${titleOf(command)}: held`)
      void held.ended.then(
        () => say(`${titleOf(command)}: over`),
        () => {},
      )
      return held
    },
  }
}

const titleOf = ({ label, args = [], stdin }: Command): string =>
  [
    label,
    ...(args.length > 0 ? [`with ${args.map(quoted).join(' ')}`] : []),
    ...(stdin ? ['and stdin'] : []),
  ].join(' ')

const quoted = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? shortened(text) : `'${shortened(text)}'`

const outputOf = (command: Command, { stdout, stderr }: CommandResult): readonly string[] => [
  ...(command.userData ? [`  > ${stdout.length} characters that are not shown`] : linesOf(stdout, '  > ')),
  ...linesOf(stderr, '  ! '),
]

const linesOf = (text: string, mark: string): readonly string[] => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const left = lines.length - MOST_LINES
  return [
    ...lines.slice(0, MOST_LINES).map((line) => `${mark}${shortened(line)}`),
    ...(left > 0 ? [`${mark}(${left} more lines)`] : []),
  ]
}

const shortened = (text: string): string =>
  text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}… (${text.length} characters)`

/** Line ends and control characters could end the command that carries the line to the runner. */
const printable = (line: string): string => line.replace(/\p{Cc}/gu, ' ')
