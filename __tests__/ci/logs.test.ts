import { describe, expect, it } from 'vitest'
import { gitlabLog } from '../../src/ci/gitlab.js'
import { plainLog } from '../../src/ci/plain.js'
import type { Log } from '../../src/ci/port.js'
import { sparsely } from '../../src/ci/sparse.js'
import { terminalLog } from '../../src/ci/terminal.js'

/** What a log prints, with a secret to keep out of it. */
const capture = () => {
  let text = ''
  return {
    text: () => text,
    write: (more: string) => void (text += more),
    print: (line: string) => void (text += `${line}\n`),
    redact: (line: string) => line.replaceAll('hunter22', '***'),
  }
}

/** Every verb once, each with the secret in it. */
const speak = async (log: Log): Promise<void> => {
  await log.group('Plan hunter22', () => {
    log.info('one hunter22')
    log.progress('going hunter22')
    log.debug('deep hunter22')
    return Promise.resolve()
  })
  log.notice('chosen hunter22')
  log.warning('odd hunter22')
}

describe('a plain log', () => {
  it('has a line for each thing, without the secret', async () => {
    const out = capture()
    await speak(plainLog({ ...out, debugging: true }))
    expect(out.text()).toBe(
      '== Plan ***\none ***\ngoing ***\ndebug: deep ***\nnote: chosen ***\nwarning: odd ***\n',
    )
  })

  it('is silent about debug lines that nobody asked for', () => {
    const out = capture()
    plainLog({ ...out, debugging: false }).debug('deep')
    expect(out.text()).toBe('')
  })
})

describe("GitLab's log", () => {
  it('folds a group as a section with a name of its own, also where the work fails', async () => {
    const out = capture()
    const log = gitlabLog({ ...out, debugging: false }, () => 1_700_000_000_999)
    await speak(log)
    await expect(log.group('Next', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(out.text()).toBe(
      '\x1b[0Ksection_start:1700000000:etcd_deploy_1\r\x1b[0KPlan ***\n' +
        'one ***\ngoing ***\n' +
        '\x1b[0Ksection_end:1700000000:etcd_deploy_1\r\x1b[0K\n' +
        'note: chosen ***\nwarning: odd ***\n' +
        '\x1b[0Ksection_start:1700000000:etcd_deploy_2\r\x1b[0KNext\n' +
        '\x1b[0Ksection_end:1700000000:etcd_deploy_2\r\x1b[0K\n',
    )
  })
})

describe("a terminal's log", () => {
  const terminal = (width: number) => {
    const out = capture()
    return { out, log: terminalLog({ ...out, debugging: false, width: () => width }) }
  }

  it('writes progress over and over on one line, which is gone when something else is said', () => {
    const { out, log } = terminal(80)
    log.progress('1 of 3 hunter22')
    log.progress('2 of 3')
    log.info('done')
    log.info('more')
    expect(out.text()).toBe('\r\x1b[2K1 of 3 ***\r\x1b[2K2 of 3\r\x1b[2Kdone\nmore\n')
  })

  it('keeps progress on one line of the terminal', () => {
    const { out, log } = terminal(5)
    log.progress('123456789')
    log.progress('one\ntwo')
    expect(out.text()).toBe('\r\x1b[2K1234\r\x1b[2Kone')
  })
})

describe('text of a host that would steer who shows it', () => {
  const host =
    'a\r::stop-commands::x\u001b[2J\n::error::b\n##vso[task]c\u202e\u2028\nsection_end:1:x\r\u001b[0K'
  const steers = (text: string): boolean =>
    text.split(/[\r\n\u2028]/).some((line) => /^\s*::|##\w*\[/.test(line)) ||
    ['\u001b[2J', '\u202e'].some((sequence) => text.includes(sequence))

  const kinds: readonly [name: string, logOf: (out: ReturnType<typeof capture>) => Log][] = [
    ['a plain log', (out) => plainLog({ ...out, debugging: true })],
    ["GitLab's log", (out) => gitlabLog({ ...out, debugging: true }, () => 0)],
    ["a terminal's log", (out) => terminalLog({ ...out, debugging: true, width: () => 400 })],
  ]
  it.each(kinds)('does not in %s', async (_name, logOf) => {
    expect(steers(host)).toBe(true)
    for (const verb of ['info', 'debug', 'notice', 'warning', 'progress'] as const) {
      const out = capture()
      logOf(out)[verb](host)
      // What erases a progress line is the terminal log's own.
      expect(steers(out.text().replaceAll('\r\u001b[2K', ''))).toBe(false)
      expect(out.text()).toContain('{U+001B}[2J')
    }
    const out = capture()
    await logOf(out).group(host, () => Promise.resolve())
    expect(out.text()).not.toContain('\u001b[2J')
    expect(out.text()).not.toMatch(/\r::|\n::/)
  })
})

describe('sparsely', () => {
  it('passes on the first line and then one every ten seconds', () => {
    let at = 0
    const written: string[] = []
    const write = sparsely(
      (line) => void written.push(line),
      () => at,
    )
    for (at = 0; at <= 21_000; at += 500) write(String(at))
    expect(written).toEqual(['0', '10000', '20000'])
  })
})
