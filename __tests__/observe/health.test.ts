import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { EtcdctlAccess, EtcdctlResult, RunEtcdctl } from '../../src/etcd/etcdctl.js'
import { probeHealth } from '../../src/observe/health.js'

const URLS = ['https://10.0.0.1:2379', 'https://10.0.0.2:2379', 'https://10.0.0.3:2379']
const endpoints = URLS.map((endpoint, index) => ({ endpoint, name: `etcd-${index + 1}` }))
const accessTo = (endpoint: string): EtcdctlAccess => ({
  etcdctl: '/bin/etcdctl',
  endpoint,
  caFile: 'ca',
  certFile: 'cert',
  keyFile: 'key',
})

/** What an endpoint does when asked from a place: answers, fails at once, or fails once three questions hang there at once, or after 10 s. */
type Manner = 'healthy' | 'down' | 'hangs'

/** etcdctl at a place from which the endpoints behave in these manners; remembers what was asked, and how many questions hung at once. */
const place = (...manners: readonly Manner[]) => {
  const asked: string[] = []
  const hanging = { now: 0, most: 0 }
  const run: RunEtcdctl = async (argv) => {
    const urls = argv.find((word) => word.startsWith('--endpoints='))!.slice('--endpoints='.length)
    const [noun = '', verb = ''] = argv.filter((word) => !word.startsWith('--')).slice(1)
    const numbers = urls.split(',').map((url) => URLS.indexOf(url) + 1)
    asked.push(`${noun} ${verb} ${numbers.join(' ')}`)
    const replies: EtcdctlResult[] = []
    for (const number of numbers) {
      const manner = manners[number - 1] ?? 'down'
      if (manner === 'hangs') {
        hanging.most = Math.max(hanging.most, ++hanging.now)
        for (let waited = 0; hanging.most < 3 && waited < 10_000; waited += 20) await sleep(20)
        hanging.now--
      }
      replies.push(reply(`${noun} ${verb}`, URLS[number - 1]!, manner === 'healthy'))
    }
    if (replies.length === 1) return replies[0]!
    const rows = replies.flatMap(({ stdout }) => (stdout === '' ? [] : (JSON.parse(stdout) as unknown[])))
    const code = Math.max(...replies.map((one) => one.code))
    return { code, stdout: JSON.stringify(rows), stderr: replies.map(({ stderr }) => stderr).join('') }
  }
  return { run, asked, most: () => hanging.most }
}

const reply = (call: string, url: string, healthy: boolean): EtcdctlResult => {
  const deadline = { code: 1, stderr: 'Error: context deadline exceeded\n' }
  if (call === 'endpoint health') {
    const row = { endpoint: url, health: healthy, took: '2ms', ...(healthy ? {} : { error: 'deadline' }) }
    return { code: healthy ? 0 : 1, stdout: JSON.stringify([row]), stderr: '' }
  }
  if (!healthy) return { ...deadline, stdout: '' }
  if (call === 'endpoint status') {
    const status = { header: { cluster_id: 1, member_id: 2 }, version: '3.5.16', leader: 2 }
    return { code: 0, stdout: JSON.stringify([{ Endpoint: url, Status: status }]), stderr: '' }
  }
  if (call === 'member list') {
    return { code: 0, stdout: '{"header":{"cluster_id":1},"members":[{"ID":2,"name":"etcd-1"}]}', stderr: '' }
  }
  return { code: 0, stdout: '{}', stderr: '' }
}

const broken: RunEtcdctl = () =>
  Promise.resolve({ code: 127, stdout: '', stderr: 'env: /bin/etcdctl: No such file or directory\n' })
const lost: RunEtcdctl = () => Promise.reject(new Error('the connection is lost.'))

const healthOf = (answers: Awaited<ReturnType<typeof probeHealth>>): (boolean | string)[] =>
  answers.endpoints.map(({ health }) => (health.ok ? health.value.healthy : health.reason))

describe('probeHealth', () => {
  it('asks all endpoints for their health together, then for their statuses and the list once, all from the first place', async () => {
    const [first, second] = [place('healthy', 'healthy', 'healthy'), place('healthy', 'healthy', 'healthy')]
    const answers = await probeHealth({ endpoints, from: [first.run, second.run], accessTo })
    expect(healthOf(answers)).toEqual([true, true, true])
    expect(answers.endpoints.map(({ endpoint, name }) => [endpoint, name])).toEqual(
      endpoints.map(({ endpoint, name }) => [endpoint, name]),
    )
    expect(answers.members.ok && answers.members.value.members).toHaveLength(1)
    expect(answers.alarms).toEqual({ ok: true, value: [] })
    expect(first.asked.filter((call) => /^endpoint/.test(call)).sort()).toEqual([
      'endpoint health 1 2 3',
      'endpoint status 1 2 3',
    ])
    expect(first.asked[0]).toBe('endpoint health 1 2 3')
    expect(first.asked).toHaveLength(3)
    expect(second.asked).toEqual([])
  })

  it('takes the list from an endpoint that is healthy', async () => {
    const { run, asked } = place('down', 'down', 'healthy')
    const answers = await probeHealth({ endpoints, from: [run], accessTo })
    expect(healthOf(answers)).toEqual([false, false, true])
    expect([answers.members.ok, answers.alarms.ok]).toEqual([true, true])
    expect(asked.filter((call) => /list/.test(call))).toEqual(['member list 3'])
  })

  it.each([
    ['has no etcdctl', broken],
    ['is lost', lost],
    ['is cut off from all of them', place('down', 'down', 'down').run],
  ])('asks from the other places where the first one %s', async (_name, first) => {
    const second = place('healthy', 'down', 'healthy')
    const answers = await probeHealth({ endpoints, from: [first, second.run], accessTo })
    expect(healthOf(answers)).toEqual([true, false, true])
  })

  it('gives the reason where no place works', async () => {
    const answers = await probeHealth({ endpoints, from: [broken, lost], accessTo })
    expect(healthOf(answers)[0]).toMatch(/No such file|connection is lost/)
    expect([answers.members.ok, answers.alarms.ok]).toEqual([false, false])
  })

  it('waits for a hanging endpoint once, not for each question in turn, and asks no other place', async () => {
    const first = place('healthy', 'hangs', 'healthy')
    const second = place('healthy', 'healthy', 'healthy')
    const answers = await probeHealth({ endpoints, from: [first.run, second.run], accessTo })
    expect(healthOf(answers)).toEqual([true, false, true])
    // Its health asked with the others' and then alone, and its status meanwhile.
    expect(first.most()).toBe(3)
    expect(second.asked).toEqual([])
  })
})
