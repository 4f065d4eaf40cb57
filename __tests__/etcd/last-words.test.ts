import { describe, expect, it } from 'vitest'
import { lastWords } from '../../src/etcd/last-words.js'
import { RECORDED_COMPLAINTS, RECORDED_ENDS } from './last-words.fixture.js'

const AT = '2026-11-24T21:15:57+0000 node-1'
const byEtcd = (lines: readonly string[]) => lines.map((line) => `${AT} etcd[812]: ${line}`)
const bySystemd = (lines: readonly string[]) => lines.map((line) => `${AT} systemd[1]: ${line}`)
const exited = (status: string) => [
  `etcd.service: Main process exited, code=exited, status=${status}`,
  "etcd.service: Failed with result 'exit-code'.",
]
const STARTING = bySystemd(['Starting etcd.service - Etcd Server...'])
const FAILED = bySystemd(['Failed to start etcd.service - Etcd Server.'])
const read = (etcd: readonly string[], systemd: readonly string[]) =>
  lastWords([...STARTING, ...byEtcd(etcd), ...bySystemd(systemd), ...FAILED].join('\n'))

describe('lastWords', () => {
  const recorded: readonly [keyof typeof RECORDED_ENDS, said: string][] = [
    ['3.4.23 flag value', 'panic: unknown level "loud"'],
    ['3.4.23 unknown flag', 'flag provided but not defined: -no-such-flag'],
    ['3.4.23 port (capnslog)', 'listen tcp 127.0.0.1:24790: bind: address already in use'],
    [
      '3.4.23 flags that contradict each other (capnslog)',
      "error verifying flags, --election-timeout[600ms] should be at least as 5 times as --heartbeat-interval[500ms]. See 'etcd --help'.",
    ],
    [
      '3.4.23 jwt (capnslog)',
      'problem loading JWT options: open /nonexistent/p.pem: no such file or directory / auth: invalid auth options',
    ],
    [
      '3.4.23 downgrade (zap)',
      'invalid downgrade, server version is lower than determined cluster version: current-server-version 3.4.23, determined-cluster-version 3.5',
    ],
    [
      '3.4.23 full disk (capnslog)',
      'cannot commit tx (write /var/lib/etcd/member/snap/db: no space left on device)',
    ],
    ['3.5.30 full disk', 'failed to commit tx: write /var/lib/etcd/member/snap/db: no space left on device'],
    ['3.6.14 full disk', 'failed to commit tx: write /var/lib/etcd/member/snap/db: no space left on device'],
    ['3.5.30 flag value', 'panic: unrecognized level: "loud"'],
    ['3.5.30 no number', 'invalid value "many" for flag -snapshot-count: parse error'],
    [
      '3.5.30 flags that contradict each other',
      '--election-timeout[600ms] should be at least as 5 times as --heartbeat-interval[500ms]',
    ],
    ['3.5.30 port', 'listen tcp 127.0.0.1:24790: bind: address already in use'],
    ['3.5.30 key and certificate', 'tls: private key does not match public key'],
    [
      '3.5.30 jwt',
      'problem loading JWT options: open /nonexistent/p.pem: no such file or directory / auth: invalid auth options',
    ],
    [
      '3.5.30 downgrade',
      'invalid downgrade, server version is lower than determined cluster version: current-server-version 3.5.30, determined-cluster-version 3.6',
    ],
    ['3.5.30 database', 'failed to open database: invalid database'],
    ['3.6.14 port', 'listen tcp 127.0.0.1:24790: bind: address already in use'],
    ['3.6.14 peer port', 'listen tcp 127.0.0.1:24790: bind: address already in use'],
    ['3.6.14 no certificate', 'open /nonexistent.pem: no such file or directory'],
    [
      '3.6.14 jwt',
      'problem loading JWT options: open /nonexistent/p.pem: no such file or directory / auth: invalid auth options',
    ],
  ]
  it.each(recorded)('reads what etcd %s died of', (name, said) => {
    expect(read(RECORDED_ENDS[name], exited('1/FAILURE'))).toEqual({ ended: 'exited with status 1', said })
  })

  it('has a case for each recording', () => {
    expect(recorded.map(([name]) => name).sort()).toEqual(Object.keys(RECORDED_ENDS).sort())
  })

  const ends: readonly [name: string, systemd: readonly string[], ended: string, said: string][] = [
    ['an exit status', exited('2/INVALIDARGUMENT'), 'exited with status 2', ''],
    [
      'a signal',
      [
        'etcd.service: Main process exited, code=killed, status=9/KILL',
        "etcd.service: Failed with result 'signal'.",
      ],
      'was killed by SIGKILL',
      '',
    ],
    [
      'a core dump',
      [
        'etcd.service: Main process exited, code=dumped, status=11/SEGV',
        "etcd.service: Failed with result 'core-dump'.",
      ],
      'was killed by SIGSEGV',
      '',
    ],
    [
      'the OOM killer',
      [
        'etcd.service: A process of this unit has been killed by the OOM killer.',
        'etcd.service: Main process exited, code=killed, status=9/KILL',
        "etcd.service: Failed with result 'oom-kill'.",
      ],
      'was killed by SIGKILL, as memory had run out',
      '',
    ],
    [
      'a program that is not there',
      [
        'etcd.service: Failed to locate executable /opt/kube/bin/etcd: No such file or directory',
        'etcd.service: Failed at step EXEC spawning /opt/kube/bin/etcd: No such file or directory',
        ...exited('203/EXEC'),
      ],
      'could not be started by systemd (203/EXEC: its program is missing or may not be executed: is it in bin-dir, on a file system without noexec, and made for this machine)',
      'Failed to locate executable /opt/kube/bin/etcd: No such file or directory',
    ],
    [
      'a user that there is not',
      [
        'etcd.service: Failed to determine user credentials: No such process',
        'etcd.service: Failed at step USER spawning /opt/kube/bin/etcd: No such process',
        ...exited('217/USER'),
      ],
      'could not be started by systemd (217/USER: its user could not be taken: does the user of User= exist)',
      'Failed to determine user credentials: No such process',
    ],
    [
      'a command before it that is not there',
      ['etcd.service: Control process exited, code=exited, status=203/EXEC'],
      'could not be started by systemd (203/EXEC: its program is missing or may not be executed: is it in bin-dir, on a file system without noexec, and made for this machine)',
      '',
    ],
    [
      'a good exit that came too early',
      ["etcd.service: Failed with result 'protocol'."],
      'ended before it was ready, with status 0',
      '',
    ],
    ['nothing', [], '', ''],
  ]
  it.each(ends)('reads %s in the words of systemd', (_, systemd, ended, said) => {
    expect(read([], systemd)).toEqual({ ended, said })
  })

  // As it stands in the journal: written by capnslog itself, without time and level.
  const BY_3_4 = [
    'restarting member 7bfeb5ebe3e8cd4a in cluster dca9ebe7b1b19368 at commit index 551',
    'raft2026/11/24 21:56:55 INFO: 7bfeb5ebe3e8cd4a became follower at term 2',
    'cannot commit tx (write /var/lib/etcd/member/snap/db: no space left on device)',
  ]
  it('takes the last line without a level for the reason where there is no other', () => {
    const loader = "/opt/kube/bin/etcd: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found"
    expect(read([loader], exited('1/FAILURE')).said).toBe(loader)
    expect(read(BY_3_4, exited('1/FAILURE')).said).toBe(BY_3_4[2])
  })

  it('does not take it so where the process was killed', () => {
    const killed = ['etcd.service: Main process exited, code=killed, status=9/KILL']
    expect(read(BY_3_4, killed)).toEqual({ ended: 'was killed by SIGKILL', said: '' })
  })

  it.each([
    [
      '3.4.23',
      'health check for peer fafd82087893bc42 could not connect: remote error: tls: bad certificate',
    ],
    ['3.5.30', 'rejected connection on peer endpoint: remote error: tls: bad certificate'],
    ['3.6.14', 'rejected connection on peer endpoint: remote error: tls: bad certificate'],
  ] as const)('says what a process of %s that still runs complained of last', (version, said) => {
    expect(read([...RECORDED_COMPLAINTS[version], 'plain'], [])).toEqual({ ended: '', said })
  })

  it.each([
    ['an empty journal', ''],
    ['a journal that could not be read', '(the journal of etcd could not be read: timeout)'],
    ['lines that are cut', `${AT} etcd[812]: {"level":"fatal","msg":"cut in the mid`],
    ['lines that no log has', `${AT} etcd[812]: {"level":7}\n${AT} etcd[812]: null\n-- Boot 1 --`],
  ])('finds nothing in %s', (_, journal) => {
    expect(lastWords(journal)).toEqual({ ended: '', said: '' })
  })

  it('gives one short line that neither looks like more of our sentence nor steers a runner', () => {
    const error = `a; b\u001b[1m\n##[add-mask]c ${'x'.repeat(1000)}`
    const { said } = read([JSON.stringify({ level: 'fatal', msg: 'died', error })], exited('1/FAILURE'))
    expect(said).toMatch(/^died: a, b \[1m ## \[add-mask\]c x+…$/)
    expect(said).toHaveLength(300)
  })
})
