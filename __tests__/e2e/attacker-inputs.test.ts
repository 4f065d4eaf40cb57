import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, start, type RunResult } from '../../lab/runner.js'
import { e2eLab } from './lab.js'
import { failed, refused } from './refusal.js'
import { passed } from './shape.js'

const VERSION = '3.5.16'
const HOSTS = [1, 2, 3]
const OPEN = 'http://0.0.0.0:2400'
const UNIT = '/etc/systemd/system/etcd.service'
const DROP_IN = `${UNIT}.d/open.conf`

let lab: Lab
let given: Readonly<Record<string, string>>

const go = (more: Readonly<Record<string, string>> = {}): Promise<RunResult> => run({ ...given, ...more })
const named = (host: number): string => `etcd-${lab.hosts[host - 1]!.address}`
const pids = (): Promise<readonly string[]> => Promise.all(HOSTS.map((host) => lab.on(host, 'pgrep -x etcd')))
/** Ends the SSH session that holds the lock, as a host that kills it or a firewall that resets it does. */
const LOSE_LOCK =
  'for fd in /proc/[0-9]*/fd/9; do [ "$(readlink $fd)" = /run/etcd-deploy/etcd.lock ] || continue; pid=${fd#/proc/}; pid=${pid%%/*}; ' +
  'while [ "$(cat /proc/$pid/comm)" != sshd ] && [ "$(cat /proc/$pid/comm)" != sshd-session ]; do pid=$(cut -d" " -f4 /proc/$pid/stat); done; ' +
  'echo $pid; kill -9 $pid; break; done'

describe('what an attacker, or a mistake, gives', () => {
  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    given = { ...(await lab.inputs(HOSTS, VERSION)), soak: '0s' }
    passed(await go())
  })

  test('flags that open a member, risk its data or end it are refused, all at once, before any connection', async () => {
    const flags = [
      `--listen-client-http-urls=${OPEN}`,
      '--unsafe-no-fsync',
      '--log-outputs=/var/log/etcd.log',
      '--experimental-peer-skip-client-san-verification',
      '--client-cert-auth=false',
      '--h',
      '--max-learners=2',
    ]
    const { failure, log } = await refused(lab, { ...given, 'etcd-args': flags.join('\n') }, HOSTS)
    for (const flag of flags) expect(failure).toContain(`- etcd-args "${flag.split('=')[0]}`)
    expect(failure).toContain('"--max-learners" is not known to etcd 3.5.16 (it came with 3.6)')
    expect(log).not.toContain('Connect to')
  })

  test('a member that runs open is warned of by health and plan, and refused by neither', async () => {
    await lab.on(
      2,
      `mkdir -p ${UNIT}.d; printf '[Service]\\nEnvironment=ETCD_LISTEN_CLIENT_HTTP_URLS=${OPEN}\\n' >${DROP_IN}; systemctl daemon-reload; systemctl restart etcd`,
    )
    // So it is: whoever reaches the port reads and writes.
    const put = async (): Promise<string> => {
      const url = `http://${lab.hosts[1]!.address}:2400/v3/kv/put`
      return (await fetch(url, { method: 'POST', body: '{"key":"eA==","value":"eA=="}' })).text()
    }
    await expect.poll(() => put().catch(() => ''), { timeout: 60_000 }).toContain('revision')
    const says = new RegExp(
      `^${named(2)}: ETCD_LISTEN_CLIENT_HTTP_URLS=${OPEN} \\(.*\\) opens another way into all of etcd`,
    )
    for (const operation of ['health', 'plan']) {
      const result = await go({ operation })
      expect(result.outputs['failure']).toBe('')
      expect(result.warnings).toContainEqual(expect.stringMatching(says))
    }
    await lab.on(2, `rm -r ${UNIT}.d; systemctl daemon-reload; systemctl restart etcd`)
    passed(await go({ operation: 'health' }))
  })

  test('what a hand-written unit holds is in no plan, report or log', async () => {
    await lab.on(
      2,
      `cp ${UNIT} /root/unit; sed -i '/^\\[Service\\]/a Environment = "A=1" \\\\\\n  "PASSWORD=hunter2"\\n#Environment=OLD=hunter2\\nExecStartPre=/bin/echo hunter2' ${UNIT}; systemctl daemon-reload; grep -c hunter2 ${UNIT}`,
    )
    const plan = await go({ operation: 'plan' })
    expect(plan.outputs['failure']).toBe('')
    expect(plan.outputs['plan']).toContain('(not shown)')
    const debug = await run({ ...given, operation: 'plan' }, { env: { RUNNER_DEBUG: '1' } })
    for (const { log, outputs, summary, report } of [plan, debug]) {
      for (const shown of [log, JSON.stringify(outputs), summary, JSON.stringify(report)]) {
        expect(shown).not.toContain('hunter2')
        expect(shown).not.toContain(Buffer.from('PASSWORD=hunter2').toString('base64').slice(2, -4))
      }
    }
    await lab.on(2, `cp /root/unit ${UNIT}; systemctl daemon-reload`)
    expect((await go({ operation: 'plan' })).outputs['plan']).toContain('"kind":"none"')
  })

  test('a key in the wrong input is refused and shown nowhere', async () => {
    const key = Buffer.from(await readFile(lab.ssh.keyFile)).toString('base64')
    for (const wrong of [key, key.slice(80, 140)]) {
      const { failure, log } = await refused(lab, { ...given, 'ssh-user': wrong }, HOSTS)
      expect(failure).toContain('ssh-user (secret) holds what looks like a key')
      expect(log.replace(/^::add-mask::.*\n/gm, '')).not.toContain(wrong.slice(0, 40))
    }
  })

  test('a passphrase that is a common word tears no output apart', async () => {
    const plain = await go({ operation: 'health' })
    for (const word of ['https', 'name']) {
      const result = await go({ operation: 'health', 'ssh-passphrase': word })
      passed(result)
      expect(Object.keys(result.outputs)).toEqual(Object.keys(plain.outputs))
      expect(result.outputs['healthy']).toBe('true')
      const told = JSON.parse(result.outputs['endpoints'] ?? '') as readonly { endpoint: string }[]
      expect(told.map(({ endpoint }) => endpoint)).toEqual(
        lab.hosts.slice(0, 3).map(({ address }) => `https://${address}:2379`),
      )
      expect(result.report).toMatchObject({ operation: 'health', verdict: { healthy: true } })
    }
  })

  test('a lock that is lost in mid-roll ends the run as a cancel would, and the next one goes on', async () => {
    const before = await pids()
    const flag = { 'etcd-args': '--snapshot-count=40000' }
    const started = await start({
      ...given,
      ...flag,
      soak: '5s',
      'before-member': 'echo "turn of $ETCD_DEPLOY_MEMBER"',
    })
    await started.sees('turn of ')
    const turn = /turn of (\S+)/.exec(started.log())?.[1] ?? ''
    const other = HOSTS.find((host) => named(host) !== turn) ?? 0
    expect(await lab.on(other, LOSE_LOCK)).toMatch(/^\d+\n$/)
    const { failure, log } = failed(await started.done)
    expect(failure).toContain(
      `${named(other)} (root@${lab.hosts[other - 1]!.address}:22): the lock of etcd was lost`,
    )
    expect(failure).toContain('another run may work there by now')
    expect(log.match(/turn of /g)).toHaveLength(1)
    // Those whose turn had not come are as they were; the one in hand is finished or put back.
    const after = await pids()
    for (const host of HOSTS.filter((each) => named(each) !== turn))
      expect(after[host - 1]).toBe(before[host - 1])
    passed(await go({ ...flag, operation: 'health' }))
    const again = await go(flag)
    passed(again)
    expect(again.outputs['changed']).toBe('true')
    expect((await go({ ...flag, operation: 'plan' })).outputs['plan']).toContain('"kind":"none"')
  })
})
