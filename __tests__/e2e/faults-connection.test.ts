import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { failed, refused } from './refusal.js'

describe('hosts that cannot be reached or do not let us in', () => {
  let lab: Lab
  let address: (host: number) => string

  beforeAll(async () => {
    lab = await e2eLab()
    address = (host) => lab.hosts[host - 1]?.address ?? ''
    await lab.command('reset', 'all')
  })

  test('one sentence names a host that is off, one cut off, a wrong host key, a wrong user and a user without sudo', async () => {
    const inputs = await lab.inputs([1, 2, 3, 4, 5], VERSION)
    await Promise.all([lab.command('kill', '1'), lab.command('cut', '2'), lab.command('user', '5', 'plain')])
    // What the machine has just learned of the way there would have it wait for an answer.
    await promisify(execFile)('ip', ['neighbour', 'flush', 'to', address(2)])
    const hosts = [1, 2, 3, `${address(4)} ssh=ghost@${address(4)}`, `${address(5)} ssh=plain@${address(5)}`]
    const { failure, log } = await refused(
      lab,
      {
        ...inputs,
        hosts: hosts.map((host) => (typeof host === 'number' ? address(host) : host)).join('\n'),
        'ssh-known-hosts': withKeyOf(inputs['ssh-known-hosts'] ?? '', address(3), address(4)),
      },
      [3, 4, 5],
    )
    await lab.command('reset', '1', '2', '5')

    expect(failure).toMatch(/^cannot work on 5 of 5 hosts; nothing was changed on any host:\n- /)
    const of = (host: number): string =>
      failure.split('\n- ').find((part) => part.startsWith(`etcd-${address(host)} `)) ?? ''
    expect(of(1)).toContain(`connection refused by ${address(1)}:22; check that sshd runs there`)
    expect(of(2)).toMatch(/(there is no route to|did not answer).*; check that the host is up/)
    expect(of(2)).toContain(`${address(2)}:22`)
    expect(of(3)).toContain('DANGER: its host key has changed')
    expect(of(3)).toMatch(/SHA256:\S+.*SHA256:\S+/)
    expect(of(4)).toContain('login as ghost was refused')
    expect(of(4)).toContain('ssh-user')
    expect(of(5)).toContain('plain cannot become root with sudo')
    expect(of(5)).toContain('"plain ALL=(root) NOPASSWD: ALL"')
    // Nothing is sent to a host before all of them are there.
    expect(log).not.toContain('Look at the hosts')
  })

  test('one host of three that is off is enough to leave the others alone', async () => {
    const inputs = await lab.inputs([1, 2, 3], VERSION)
    await lab.command('kill', '2')
    const { failure } = await refused(lab, inputs, [1, 3])
    await lab.command('reset', '2')
    expect(failure).toContain(`etcd-${address(2)} (root@${address(2)}:22): cannot connect over SSH`)
    expect(failure).not.toContain(`etcd-${address(1)}`)
    expect(failure).toContain('nothing was changed on any host')
  })

  test('a key that no host takes: says which key was tried, for whom, and what the server takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-key-'))
    const path = join(folder, 'other')
    try {
      await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])
      const key = await readFile(path, 'utf8')
      const { failure, log } = await refused(
        lab,
        { ...(await lab.inputs([1], VERSION)), 'ssh-private-key': key },
        [1],
      )
      expect(failure).toContain('login as root was refused: the key was not taken (ssh-ed25519 SHA256:')
      expect(failure).toContain('the server takes publickey')
      expect(failure).toContain('~root/.ssh/authorized_keys')
      expect(log.replace(/^::add-mask::.*$/gm, '')).not.toContain(key.split('\n')[1])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('hosts whose sshd forwards nothing or allows few sessions are deployed all the same', async () => {
    const sshd = (host: number, line: string): Promise<string> =>
      lab.on(host, `echo '${line}' >/etc/ssh/sshd_config.d/e2e.conf && systemctl reload ssh`)
    await Promise.all([sshd(1, 'AllowTcpForwarding no'), sshd(2, 'MaxSessions 2'), sshd(3, 'MaxSessions 4')])
    const result = await run({ ...(await lab.inputs([1, 2, 3], VERSION)), 'commit-probe': '3' })
    await lab.command('reset', '1', '2', '3')
    await Promise.all([1, 2, 3].map((host) => lab.on(host, 'systemctl reload ssh')))
    expect(result.errors).toEqual([])
    expect(result.exitCode).toBe(0)
    expect(result.outputs['healthy']).toBe('true')
  })
})

describe('inputs that cannot be right', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await e2eLab()
  })

  const logins = (host: number): Promise<string> =>
    lab.on(host, 'journalctl --sync; journalctl -q -o cat -u ssh')

  test('everything that is wrong is told at once, and before anything is connected to', async () => {
    const inputs = await lab.inputs([1, 2, 3, 4], VERSION)
    const before = await Promise.all([logins(1), logins(2), readFile(lab.mirror.logFile, 'utf8')])
    const known = (inputs['ssh-known-hosts'] ?? '').split('\n')
    const { failure } = failed(
      await run({
        ...inputs,
        'ssh-private-key': '',
        'ssh-known-hosts': known.filter((line) => !line.includes(lab.hosts[2]?.address ?? '-')).join('\n'),
        'ca-cert': inputs['ca-key'] ?? '',
        'ca-key': inputs['ca-cert'] ?? '',
        'client-port': '2381',
        version: '3.5',
        'health-timeout': 'soon',
      }),
    )
    expect(await Promise.all([logins(1), logins(2), readFile(lab.mirror.logFile, 'utf8')])).toEqual(before)
    expect(failure).toContain('nothing was connected to and nothing was changed')
    for (const input of [
      'hosts',
      'ssh-private-key',
      'ssh-known-hosts',
      'ca-cert',
      'ca-key',
      'client-port',
      'version',
      'health-timeout',
    ])
      expect(failure).toMatch(new RegExp(`^- ${input}\\b`, 'm'))
    expect(failure).not.toContain((inputs['ca-key'] ?? '').split('\n')[1])
  })

  test('secrets that are not set are named', async () => {
    const inputs = await lab.inputs([1], VERSION)
    const { failure } = failed(
      await run({
        ...inputs,
        'ssh-private-key': '',
        'ssh-known-hosts': '',
        'ca-cert': '',
        'ca-key': '',
      }),
    )
    for (const input of ['ssh-private-key', 'ssh-known-hosts', 'ca-cert', 'ca-key'])
      expect(failure).toMatch(new RegExp(`^- ${input}\\b.*secret`, 'm'))
  })
})

/** known_hosts text with the keys of `other` in the lines of `address`. */
const withKeyOf = (text: string, address: string, other: string): string => {
  const lines = text.split('\n').map((line) => line.split(' '))
  return lines
    .map(([name, type, key]) => {
      const instead = lines.find((line) => line[0] === other && line[1] === type)?.[2]
      return [name, type, name === address ? instead : key].filter((word) => word !== undefined).join(' ')
    })
    .join('\n')
}
