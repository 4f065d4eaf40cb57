import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { githubCi, savedState } from '../../src/ci/github.js'
import type { Ci } from '../../src/ci/port.js'

let written = ''
let ci: Ci

beforeEach(() => {
  written = ''
  // Left out, the toolkit writes into files; here its commands are looked at.
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY']) vi.stubEnv(name, '')
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text)
    return true
  })
  ci = githubCi((text) => text.replaceAll('hunter22', '***'))
})
afterEach(() => {
  process.exitCode = undefined
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const verbs: readonly [verb: string, say: () => unknown, command: string][] = [
  ['info', () => ci.info('hunter22'), '***\n'],
  ['progress', () => ci.progress('hunter22'), '***\n'],
  ['debug', () => ci.debug('hunter22'), '::debug::***\n'],
  ['notice', () => ci.notice('hunter22'), '::notice::***\n'],
  ['warning', () => ci.warning('hunter22'), '::warning::***\n'],
  ['mask', () => ci.mask('hunter22'), '::add-mask::hunter22\n'],
  // Made of what is without secrets already, so that its structure stays.
  ['output', () => ci.output('plan', '{"hunter22":"***"}'), '\n::set-output name=plan::{"hunter22":"***"}\n'],
  ['state', () => ci.state('isPost', 'true'), '::save-state name=isPost::true\n'],
  ['summary', () => ci.summary('hunter22'), ''],
  ['testReport', () => ci.testReport('hunter22'), ''],
  ['fail', () => ci.fail('hunter22'), '::error::***\n'],
  ['group', () => ci.group('hunter22', () => Promise.resolve()), '::group::***\n::endgroup::\n'],
]
it.each(verbs)(
  '%s is a command of GitHub, and shows no secret but to the one who is to hide it',
  async (_, say, command) => {
    await say()
    expect(written).toBe(command)
  },
)

it('keeps annotations short, and all of it in the log', () => {
  for (const say of [ci.notice, ci.warning, ci.fail]) say('x'.repeat(9000))
  const lines = written.trim().split('\n')
  for (const line of lines.filter((one) => one.startsWith('::'))) expect(line.length).toBeLessThan(3600)
  expect(lines.filter((one) => one === 'x'.repeat(9000))).toHaveLength(3)
  expect(written.match(/\.\.\. \(the rest is in the log\)/g)).toHaveLength(3)
})

it.each([
  ['::stop-commands::x', '{U+003A}:stop-commands::x'],
  ['a\n  ::add-mask::a\r::error::b', 'a\n  {U+003A}:add-mask::a{U+000D}::error::b'],
  ['\ufeff\u00a0::error::b', '{U+FEFF}\u00a0::error::b'],
  ['\u3000::error::b', '\u3000{U+003A}:error::b'],
  ['a ##[error]b', 'a ##{U+005B}error]b'],
  ['a ##\u200b[error]b', 'a ##{U+200B}[error]b'],
  ['\u001b[2K\u0085::error::', '{U+001B}[2K{U+0085}::error::'],
  ['etcd::a :: b ## [c]', 'etcd::a :: b ## [c]'],
])('prints %j so that it is no command', (line, shown) => {
  ci.info(line)
  ci.progress(line)
  expect(written).toBe(`${shown}\n${shown}\n`)
})

/** What a runner obeys in a log: it takes CR, LF and CRLF for line ends, as .NET's reader of lines does. */
const obeyed = (log: string): readonly string[] =>
  log.split(/\r\n|\r|\n/).filter((line) => /^\s*::[\w-]+.*::/.test(line) || /##\w*\[/.test(line))

it('lets nobody stop the masking of what comes later', async () => {
  const host =
    'member\r::stop-commands::never\n::stop-commands::never\n##[stop-commands]never\u2028::stop-commands::x'
  for (const say of [ci.info, ci.progress]) say(host)
  await ci.group(host, () => Promise.resolve())
  ci.mask('a key made late')
  expect(obeyed(written).map((line) => line.split('::')[1])).toEqual(['group', 'endgroup', 'add-mask'])
})

it('gives back what the main step has kept', () => {
  vi.stubEnv('STATE_at', 'during "Plan"')
  expect([savedState('at'), savedState('partial')]).toEqual(['during "Plan"', ''])
})
