import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { e2eLab, VERSION } from './lab.js'
import { deployTwice, makeToolCache, shownLog } from './shape.js'

const call = promisify(execFile)

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>
/** For one member, on host 1. */
let inputs: Record<string, string>

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
  await lab.command('reset', 'all')
  inputs = await lab.inputs([1], VERSION)
})
afterAll(() => cache.remove())

const addressOf = (host: number): string => lab.hosts[host - 1]?.address ?? ''

/** Deploys onto host 1 twice, after `prepare` has made it what the test needs. */
const deploys = async (more: Readonly<Record<string, string>>, prepare: () => Promise<unknown>) => {
  await lab.command('reset', '1')
  await prepare()
  return deployTwice({
    lab,
    hosts: [1],
    inputs: { ...inputs, ...more },
    options: cache.options,
    reset: false,
  })
}

test('a user with sudo, a key with a passphrase, a login per line', async () => {
  const result = await deploys(
    {
      hosts: `${addressOf(1)} ssh=deployer@${addressOf(1)}:22`,
      'ssh-private-key': await readFile(lab.ssh.encryptedKeyFile, 'utf8'),
      'ssh-passphrase': lab.ssh.passphrase,
    },
    () => lab.command('sudoer', '1', 'deployer'),
  )
  const logins = await lab.on(1, 'journalctl -u ssh -o cat --no-pager | grep "Accepted publickey"')
  expect(logins).toContain('Accepted publickey for deployer')
  expect(logins).not.toContain('for root')
  expect(shownLog(result)).not.toContain(lab.ssh.passphrase)
})

test('one jump host, and the keys of an ssh-agent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-agent-'))
  const socket = join(folder, 'socket')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(agent.stdout, 'data')
    await call('ssh-add', ['-q', lab.ssh.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    await lab.command('reset', '1')
    await lab.on(1, CUT_OFF())
    await unreachable(addressOf(1))
    await deployTwice({
      lab,
      hosts: [1],
      inputs: { ...inputs, 'ssh-private-key': '', 'ssh-jump': addressOf(4) },
      options: { env: { ...cache.options.env, SSH_AUTH_SOCK: socket } },
      reset: false,
    })
    expect(await loginsFrom()).toEqual([addressOf(4)])
  } finally {
    agent.kill()
    await lab.on(1, BACK())
    await rm(folder, { recursive: true, force: true })
  }
})

test('two jump hosts in order, the second as another user, and members behind them as one with sudo', async () => {
  try {
    await lab.command('user', '5', 'passer')
    await deploys(
      { 'ssh-user': 'deployer', 'ssh-jump': `root@${addressOf(4)}\npasser@${addressOf(5)}:22` },
      async () => {
        await lab.command('sudoer', '1', 'deployer')
        await lab.on(1, CUT_OFF())
        await unreachable(addressOf(1))
      },
    )
    expect(await loginsFrom()).toEqual([addressOf(5)])
    const passers = await lab.on(
      5,
      'journalctl -u ssh -o cat --no-pager | grep "Accepted publickey for passer"',
    )
    expect(passers).toContain(`from ${addressOf(4)} `)
  } finally {
    await lab.on(1, BACK())
  }
})

test('accept-new takes the keys it does not know, says which, and gives the line to keep', async () => {
  const result = await deploys({ 'ssh-host-key-checking': 'accept-new', 'ssh-known-hosts': '' }, () =>
    Promise.resolve(),
  )
  const known = (await readFile(lab.ssh.knownHostsFile, 'utf8')).split('\n')
  const key = (await lab.on(1, 'cut -d" " -f1,2 /etc/ssh/ssh_host_ed25519_key.pub')).trim()
  const fingerprint = /SHA256:\S+/.exec(
    await lab.on(1, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'),
  )?.[0]
  expect(known).toContain(`${addressOf(1)} ${key}`)
  const warning = result.warnings.find((text) => text.includes(`took the host key ${fingerprint}`))
  expect(warning).toContain(`put this line into ssh-known-hosts: ${addressOf(1)} ${key}`)
  expect(warning).toMatch(/^10\.[0-9.]+: took the host key/)
})

/** Host 1 drops all that it would send to the machine, so the runner reaches it through other hosts only. */
const CUT_OFF = (): string => `ip route add blackhole ${lab.bridge}/32`
const BACK = (): string => `ip route del blackhole ${lab.bridge}/32 2>/dev/null; true`

const unreachable = async (address: string): Promise<void> => {
  const socket = connect(22, address)
  const answered = await Promise.race([
    once(socket, 'connect').then(() => 'answers'),
    new Promise((late) => setTimeout(late, 300, 'silent')),
  ])
  socket.destroy()
  expect(answered).toBe('silent')
}

/** Where the logins to host 1 came from. */
const loginsFrom = async (): Promise<readonly string[]> => {
  const lines = await lab.on(1, 'journalctl -u ssh -o cat --no-pager | grep "Accepted publickey"')
  return [...new Set([...lines.matchAll(/ from (\S+) port/g)].map(([, from]) => from ?? ''))]
}
