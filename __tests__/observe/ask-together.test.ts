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
  const answers = await askTogether(run, endpoints.map(accessTo), {
    command: ({ endpoint }) => ({ argv: [endpoint], timeoutMs: 100 }),
    read,
  })
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
})
