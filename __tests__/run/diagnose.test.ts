import { describe, expect, it } from 'vitest'
import type { HealthVerdict } from '../../src/cluster/health.js'
import { Failure } from '../../src/failure.js'
import { withDiagnosis } from '../../src/run/diagnose.js'
import type { Run } from '../../src/run/run.js'
import type { HostSession } from '../../src/ssh/port.js'
import * as w from '../plan/world.js'
import { endpoint, verdict } from '../report/samples.js'

interface Host {
  readonly show: readonly string[]
  readonly journal?: string
  readonly log?: 'there' | 'gone'
}

const RUNS: Host = { show: ['LoadState=loaded', 'ActiveState=active', 'SubState=running'] }
const STOPPED: Host = {
  show: [
    ...['LoadState=loaded', 'ActiveState=inactive', 'SubState=dead', 'Result=success'],
    'InactiveEnterTimestamp=Thu 2026-11-26 06:02:30 UTC',
  ],
}
const ended = (status: string, said: string): Host => ({
  show: ['LoadState=loaded', 'ActiveState=activating', 'SubState=auto-restart', 'Result=exit-code'],
  journal: [
    `2026-11-26T06:00:00+0000 h etcd[7]: {"level":"fatal","msg":"discovery failed","error":"${said}"}`,
    `2026-11-26T06:00:00+0000 h systemd[1]: etcd.service: Main process exited, code=exited, status=${status}`,
  ].join('\n'),
})

/** What a host answers to the commands of a diagnosis. */
const sessionOf = (member: string, { show, journal = '', log = 'there' }: Host): HostSession =>
  ({
    member,
    run: ({ label, args }: { label: string; args?: readonly string[] }) => {
      const stdout = label.startsWith('look at ')
        ? show.join('\n')
        : label.includes('log of the member')
          ? log
          : label.includes('status')
            ? `status of ${member}`
            : args?.length === 2
              ? `journal of ${member}`
              : journal
      return Promise.resolve({ code: 0, stdout, stderr: '' })
    },
  }) as unknown as HostSession

/** Three members, as their hosts are; gives the failure and the page's part. */
const diagnose = async (hosts: readonly Host[], failure: Failure, seen?: HealthVerdict) => {
  const progress: { service?: Run['progress']['service']; verdict?: HealthVerdict | undefined } = {
    verdict: seen,
  }
  const run = {
    ci: { info: () => {} },
    inputs: { desired: w.desired },
    progress,
    signal: new AbortController().signal,
    part: (_: string, work: () => Promise<unknown>) => work(),
  } as unknown as Run
  const sessions = hosts.map((host, index) => sessionOf(w.names[index]!, host))
  const error = await withDiagnosis(run, sessions, () => Promise.reject(failure)).catch(
    (caught: unknown) => caught,
  )
  return { error: error as Failure, service: progress.service }
}

const verdictOf = (...sick: readonly number[]): HealthVerdict =>
  verdict({
    healthy: false,
    endpoints: w.members.map(({ name }, index) => ({
      ...endpoint(index + 1),
      name,
      healthy: !sick.includes(index),
    })),
  })
const unhealthy = (index: number): Failure =>
  new Failure({
    what: 'the cluster is not healthy',
    why: 'context deadline exceeded',
    member: w.names[index],
  })

describe('a failed health check', () => {
  it('says of a stopped member since when, and that a deploy starts it', async () => {
    const { error, service } = await diagnose([RUNS, STOPPED, RUNS], unhealthy(1), verdictOf(1))
    expect(error.message).toBe(
      'the cluster is not healthy: context deadline exceeded; etcd.service on etcd-10.0.0.2 is stopped since Thu 2026-11-26 06:02:30 UTC; operation deploy starts it (or systemctl start etcd on etcd-10.0.0.2).',
    )
    expect(service?.member).toBe('etcd-10.0.0.2')
    expect(service?.lines.join('\n')).toContain('journal of etcd-10.0.0.2')
  })

  it('promises no deploy where it would start nothing', async () => {
    const two = await diagnose([STOPPED, STOPPED, RUNS], unhealthy(0), verdictOf(0, 1, 2))
    expect(two.error.message).toContain(
      'run systemctl start etcd on etcd-10.0.0.1, etcd-10.0.0.2: without a quorum',
    )
    const alarmed = verdictOf(1)
    const [first, ...rest] = alarmed.endpoints
    const endpoints = [{ ...first!, alarms: ['NOSPACE'] }, ...rest]
    const alarm = await diagnose([RUNS, STOPPED, RUNS], unhealthy(1), { ...alarmed, endpoints })
    expect(alarm.error.message).not.toContain('operation deploy starts it')
  })

  it('shows the member that is down, and not the one that waits for it', async () => {
    const { error, service } = await diagnose(
      [RUNS, ended('1/FAILURE', 'bind: address already in use'), STOPPED],
      unhealthy(0),
      verdictOf(0, 1, 2),
    )
    expect(service?.member).toBe('etcd-10.0.0.2')
    expect(error.message).toContain(
      'etcd on etcd-10.0.0.2 exited with status 1 (bind: address already in use)',
    )
    expect(error.message).toContain('etcd.service on etcd-10.0.0.3 is stopped')
    expect(error.message).not.toContain('operation deploy starts')
  })

  it('names a log that is gone, and what systemd refuses for it', async () => {
    const refused = {
      show: [...STOPPED.show, 'AssertResult=no', 'AssertTimestampMonotonic=7'],
      log: 'gone' as const,
    }
    const { error } = await diagnose([RUNS, refused, RUNS], unhealthy(1), verdictOf(1))
    expect(error.message).toContain(
      'systemd refuses to start etcd.service on etcd-10.0.0.2 without /var/lib/etcd/member/wal',
    )
    expect(error.message).toContain('bring the disk back and start the service there')
  })
})

describe('a failed bootstrap', () => {
  const failure = new Failure({
    what: 'etcd did not start',
    where: 'etcd-10.0.0.2',
    member: w.names[1],
    next: 'see',
  })

  it.each([
    ['203/EXEC', '(203/EXEC: its program is missing or may not be executed'],
    ['209/STDOUT', '(209/STDOUT: its standard output could not be opened'],
    ['216/GROUP', '(216/GROUP: its group could not be taken'],
    ['217/USER', '(217/USER: its user could not be taken'],
    ['226/NAMESPACE', '(226/NAMESPACE: its sandbox could not be set up'],
    ['250/OTHER', 'could not be started by systemd (250/OTHER)'],
  ])('has words for %s', async (status, words) => {
    const { error } = await diagnose([RUNS, ended(status, ''), RUNS], failure)
    expect(error.message).toContain(words)
    expect(error.facts.next).toBe('see')
  })

  it('says why each member ended', async () => {
    const { error } = await diagnose(
      [RUNS, ended('1/FAILURE', 'no space'), ended('2/INVALIDARGUMENT', 'flag')],
      failure,
    )
    expect(error.message).toContain('etcd on etcd-10.0.0.2 exited with status 1 (no space)')
    expect(error.message).toContain('etcd on etcd-10.0.0.3 exited with status 2 (flag)')
  })

  it('is left as it is where no member is to blame', async () => {
    const other = new Failure({ what: 'no archive' })
    expect((await diagnose([STOPPED, RUNS, RUNS], other)).error).toBe(other)
  })
})
