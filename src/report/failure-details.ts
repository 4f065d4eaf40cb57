import { inert } from '../foreign-text.js'

/** What a host says of a service that is not as it should be. */
export interface ServiceDetails {
  readonly member: string
  /** systemd unit without `.service`. */
  readonly serviceName: string
  /** Output of `systemctl status`. */
  readonly status: string
  /** Output of `journalctl -u`, oldest line first. */
  readonly journal: string
}

const STATUS_LINES = 20
const JOURNAL_LINES = 50
const LONGEST_LINE = 2000

/** The member's service status and the last lines of its journal, as log lines; long output is cut from the front. */
export const failureDetails = ({
  member,
  serviceName,
  status,
  journal,
}: ServiceDetails): readonly string[] => [
  `systemctl status ${serviceName} on ${member}:`,
  ...section(status, (lines) => lines.slice(0, STATUS_LINES)),
  `journalctl -u ${serviceName} on ${member}, last lines:`,
  ...section(journal, (lines) => lines.slice(-JOURNAL_LINES)),
]

const section = (text: string, cut: (lines: readonly string[]) => readonly string[]): readonly string[] => {
  const lines = text
    .split('\n')
    .map((line) => inert(uncoloured(line)).trimEnd())
    .filter((line) => line !== '')
  return lines.length === 0
    ? ['  | (no output)']
    : cut(lines).map((line) => `  | ${line.slice(0, LONGEST_LINE)}`)
}

/** Colours, which some programs always print, say nothing here; whatever else steers a terminal or a runner is made visible. */
const uncoloured = (line: string): string =>
  // eslint-disable-next-line no-control-regex -- the escape sequence is what is to be removed
  line.replace(/\u001b\[[0-9;]*m/g, '')
