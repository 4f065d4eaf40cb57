import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/cluster/answers.js'
import type { EtcdctlResult } from '../../src/etcd/etcdctl.js'
import { askTogether } from '../../src/observe/ask-together.js'

const accessTo = (endpoint: string) => ({
  ...{ etcdctl: '/bin/etcdctl', caFile: 'ca', certFile: 'cert', keyFile: 'key' },
  endpoint,
})
const A = 'https://10.0.0.1:2379'
const B = 'https://10.0.0.2:2379'

/** Each endpoint says its own URL, but those that are silent; asked with others, one that is silent spoils all where `whole`. */
const asking = async (
  endpoints: readonly string[],
  { silent = [], whole = true }: { silent?: readonly string[]; whole?: boolean } = {},
) => {
  const asked: string[] = []
  const run = ([line = '']: readonly string[], timeoutMs: number): Promise<EtcdctlResult> => {
    asked.push(`${line} ${timeoutMs}`)
    const of = line.split(',')
    const well = of.filter((endpoint) => !silent.includes(endpoint))
    const fails = well.length < of.length && (whole || of.length === 1)
    if (fails && of.length > 1) return Promise.reject(new Error('the host has lost it'))
    const stderr = fails ? `${line} is silent` : ''
    return Promise.resolve({ code: fails ? 1 : 0, stdout: well.join(' '), stderr })
  }
  const read = ({ stdout, stderr }: EtcdctlResult, endpoint: string): Answer<string> =>
    stdout.split(' ').includes(endpoint) ? { ok: true, value: endpoint } : { ok: false, reason: stderr }
  const places = endpoints.map((endpoint) => ({ run, access: accessTo(endpoint) }))
  const answers = await Promise.all(
    askTogether(places, {
      command: ({ endpoint }) => ({ argv: [endpoint], timeoutMs: 100 }),
      ...{ read, patienceMs: 5000 },
    }),
  )
  return { asked, answers: answers.map((answer) => (answer.ok ? answer.value : answer.reason)) }
}

describe('askTogether', () => {
  it('asks with one command that has the time of all', async () => {
    expect(await asking([A, B])).toEqual({ asked: [`${A},${B} 200`], answers: [A, B] })
  })

  it.each([
    ['one of them spoils it for all', true, [A, B]],
    ['one of them is left out', false, [B]],
  ])('asks each alone that has given no answer, where %s', async (_, whole, alone) => {
    expect(await asking([A, B], { silent: [B], whole })).toEqual({
      asked: [`${A},${B} 200`, ...alone.map((endpoint) => `${endpoint} 100`)],
      answers: [A, `${B} is silent`],
    })
  })

  it.each([[[]], [[A]], [[A, 'http://10.0.0.3:2379']]])('asks %j one by one', async (endpoints) => {
    expect(await asking(endpoints)).toEqual({
      asked: endpoints.map((endpoint) => `${endpoint} 100`),
      answers: endpoints,
    })
  })

  it('asks each alone from its own place where all together take too long, or what they say together is not all', async () => {
    const asked: string[] = []
    const from =
      (place: string) =>
      async ([line = '']: readonly string[]): Promise<EtcdctlResult> => {
        asked.push(`${place} ${line}`)
        if (line.includes(',') && place === 'slow')
          await new Promise((resolve) => setTimeout(resolve, 5000).unref())
        return { code: 0, stdout: line, stderr: '' }
      }
    const ask = (place: string) =>
      Promise.all(
        askTogether(
          [place, 'second'].map((name, index) => ({ run: from(name), access: accessTo([A, B][index]!) })),
          {
            command: ({ endpoint }) => ({ argv: [endpoint], timeoutMs: 100 }),
            read: ({ stdout }, endpoint) => ({ ok: true, value: `${endpoint} of ${stdout}` }),
            isWhole: (value) => !value.startsWith(B) || !value.includes(','),
            patienceMs: 30,
          },
        ),
      )
    expect((await ask('slow')).map((answer) => answer.ok && answer.value)).toEqual([
      `${A} of ${A}`,
      `${B} of ${B}`,
    ])
    expect(asked.splice(0)).toEqual([`slow ${A},${B}`, `slow ${A}`, `second ${B}`])
    expect((await ask('quick')).map((answer) => answer.ok && answer.value)).toEqual([
      `${A} of ${A},${B}`,
      `${B} of ${B}`,
    ])
    expect(asked).toEqual([`quick ${A},${B}`, `second ${B}`])
  })
})
