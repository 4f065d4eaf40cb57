import { dotenv, GITLAB, SHELL } from '../../../src/ci/dotenv.js'
import { inert, visible, visibleLine } from '../../../src/foreign-text.js'
import { failureDetails } from '../../../src/report/failure-details.js'
import { renderJunit } from '../../../src/report/junit.js'
import { codeBlock, escaped, list, table } from '../../../src/report/markdown.js'
import { plainName } from '../../../src/report/mermaid.js'
import { block, layOut } from '../../../src/report/page.js'
import { makeRedactor, maskable, redactAll } from '../../../src/report/redact.js'
import { renderSummary } from '../../../src/report/summary.js'
import { putBack } from '../../report/outcomes.js'
import { differs, type Parser } from '../parser.js'

const FOREIGN = [
  '\u001b[31m::error::x\r\n##[error]y\u2028 ::z',
  'a\n \t::stop-commands::t\n##vso[x]\u202e\u200b',
  '\u0085::a\u009b\ufeff::b',
]
/** What steers a terminal, a page or a runner, or that nobody sees. */
const STEERS = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
const COMMAND = /##\w*\[/

/** As a runner reads a log: it takes what comes first in a line, blanks apart. */
const obeyed = (log: string): boolean =>
  COMMAND.test(log) || log.split(/\r\n|\r|\n/).some((line) => line.trimStart().startsWith('::'))

const SECRET = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n  hkiG9w0BAQ==\n-----END KEY-----\n'
const PASSWORD = 'pa"ss\\wörd'
const redact = makeRedactor([SECRET, PASSWORD])
const HIDDEN = ['MIIEvQIBADANBgkq', 'hkiG9w0BAQ==', PASSWORD]

const shapeOf = (data: unknown): unknown =>
  typeof data === 'string'
    ? ''
    : JSON.parse(JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? '' : value)))

export const REPORT: readonly Parser[] = [
  {
    name: 'visible, visibleLine, inert',
    files: ['foreign-text.ts'],
    read: (text) => [visible(text), visibleLine(text), inert(text)],
    samples: FOREIGN,
    attacks: [
      ['', '\r', 'x'],
      ['', '\u2028', 'x'],
      ['', ' ', ':'],
      ['', '##', ''],
    ],
    law: (text) => {
      const [shown, line, harmless] = [visible(text), visibleLine(text), inert(text)]
      if ([shown, line, harmless].some((one) => STEERS.test(one))) return 'a character that steers is left'
      if (line.includes('\n') || [...line].length > 303) return 'no line'
      if (obeyed(harmless)) return `a command is left: ${JSON.stringify(harmless)}`
      return differs('done twice', [visible(shown), inert(harmless)], [shown, harmless])
    },
    share: 3,
  },
  {
    name: 'makeRedactor, redactAll, maskable',
    files: ['report/redact.ts'],
    read: (text) => [redact(text), maskable(text), makeRedactor(['aaaaaaaa'])(text)],
    samples: [`x ${SECRET} y`, `${PASSWORD}${PASSWORD.slice(0, 4)}`, 'MIIEvQIBADANBgkqhkiG9w0BAQ=='],
    attacks: [
      ['', 'aaaaaaaa', ''],
      ['', 'MIIEvQIB', 'ADANBgkq'],
    ],
    law: (text) => {
      const data = { [text]: [text, 1, null, { a: `${text}${PASSWORD}${text}` }], b: SECRET }
      const shown = redactAll(data, { redact, redactName: redact })
      const said = [redact(text), shown[text], shown.b].flat(3).filter((one) => typeof one === 'string')
      if (HIDDEN.some((secret) => said.some((one) => one.includes(secret)))) return 'a secret is shown'
      return differs('structure', shapeOf(shown), shapeOf(data))
    },
    share: 1.5,
  },
  {
    name: 'escaped, codeBlock, table, list, plainName, layOut',
    files: ['report/markdown.ts', 'report/mermaid.ts', 'report/page.ts'],
    read: (text) => [
      escaped(text),
      plainName(text),
      layOut(
        [block(escaped(text)), codeBlock('', text.split('\n')), table(['a'], [[text]]), list([text])],
        60_000,
      ),
    ],
    samples: [...FOREIGN, '| a | `b` ````` <details> &amp; www.x @y #1 $z :smile: 1. - +'],
    attacks: [
      ['', '` ', ''],
      ['', '`', ''],
      ['', 'www', '.'],
    ],
    law: (text) => {
      const { before, rows, after } = codeBlock('', text.split('\n'))
      const fence = after[0] ?? ''
      if (before[0] !== fence || rows.some((row) => /[\n\r\u2028\u2029]/.test(row) || row.includes(fence)))
        return 'a fence that its text can close'
      return /[\n|<>]/.test(escaped(text)) ? 'a cell that its text can close' : undefined
    },
  },
  {
    name: 'failureDetails',
    files: ['report/failure-details.ts'],
    read: (text) => failureDetails({ member: 'etcd-1', serviceName: 'etcd', status: text, journal: text }),
    samples: FOREIGN,
    attacks: [['', '\u001b[', 'm']],
    law: (text) => {
      const lines = failureDetails({ member: 'etcd-1', serviceName: 'etcd', status: text, journal: text })
      return lines.some((line) => STEERS.test(line) || line.includes('\n') || obeyed(line))
        ? 'a line that steers'
        : undefined
    },
  },
  {
    name: 'renderJunit, renderSummary',
    files: ['report/junit.ts', 'report/summary.ts', 'report/summary/timeline.ts'],
    read: (text) => {
      const outcome = { ...putBack(), failure: text, next: text, runUrl: text, warnings: [text] }
      return [renderJunit(outcome), renderSummary(outcome)]
    },
    samples: FOREIGN,
    share: 0.05,
  },
  {
    name: 'dotenv',
    files: ['ci/dotenv.ts'],
    read: (text) => [SHELL, GITLAB].map((form) => dotenv(new Map([['plan', text]]), form)),
    samples: ["it's $(x)\n=\u0000", '{"a":1}'],
    law: (text) =>
      dotenv(new Map([['plan', text]]), SHELL).text.split('\n').length === 2
        ? undefined
        : 'more than one line',
  },
]
