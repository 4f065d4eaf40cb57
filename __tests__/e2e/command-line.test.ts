import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { bySourcing, startElsewhere } from './elsewhere.js'
import { e2eLab, VERSION } from './lab.js'
import { passed } from './shape.js'

const HOST = 5

let lab: Lab
let clusterId: string

beforeAll(async () => {
  lab = await e2eLab()
  await lab.command('reset', String(HOST))
  const deployed = await run(await lab.inputs([HOST], VERSION))
  passed(deployed)
  clusterId = deployed.outputs['cluster-id'] ?? ''
})

/** Words that check health over SSH. */
const health = (): string[] => [
  ...['--operation', 'health', '--hosts', lab.hosts[HOST - 1]?.address ?? ''],
  `--ssh-known-hosts=@${lab.ssh.knownHostsFile}`,
  `--ssh-private-key=@${lab.ssh.keyFile}`,
]

test('helps, and tells its version', async () => {
  const help = await startElsewhere({ words: ['--help'] })
  expect(help.exitCode).toBe(0)
  expect(help.log).toContain('Usage: etcd-deploy --operation health --hosts ')
  expect(help.log).toContain('  --renew-before VALUE   (default: 30d)')
  const version = await startElsewhere({ words: ['--version'] })
  const { version: expected } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as {
    version: string
  }
  expect([version.exitCode, version.log]).toEqual([0, `${expected}\n`])
  expect([help.files, version.files]).toEqual([{}, {}])
})

test('checks health with defaults of action.yml, and warns of a variable that means nothing', async () => {
  const result = await startElsewhere({ words: health(), env: { ETCD_DEPLOY_HEALTH_TIMOUT: '1s' } })
  expect(result.exitCode, result.log).toBe(0)
  expect(result.log).toContain('warning: ETCD_DEPLOY_HEALTH_TIMOUT is the variable of no input')
  expect((await bySourcing(result))['cluster-id']).toBe(clusterId)
})

test('says all that is wrong at once, with status 2, and repeats no secret', async () => {
  const words = [
    '--host',
    'a',
    '--ca-key',
    'hunter22',
    '--ssh-port=x',
    '--hosts=@/nothing',
    'stray-hunter33',
    '--canary',
  ]
  const { exitCode, log, files } = await startElsewhere({ words })
  expect(exitCode).toBe(2)
  for (const problem of [
    'ca-key (secret) must not stand on a command line',
    '--host is not an input',
    '--canary has no value',
    '--hosts names a file that cannot be read: /nothing: ENOENT',
    'the command line has a word that is neither a flag',
    'ssh-port "x" is not a port',
  ])
    expect(log).toContain(`\n- ${problem}`)
  expect([log, ...Object.values(files)].join('\n')).not.toMatch(/hunter/)
  expect(files['etcd-deploy-junit.xml']).toContain('<failure')
})

test('says so where a plugin has a setting that is none', async () => {
  const env = { CI: 'woodpecker', PLUGIN_OPERATION: 'health', PLUGIN_HOST: '10.0.0.1' }
  const { exitCode, log } = await startElsewhere({ env })
  expect(exitCode).toBe(2)
  expect(log).toContain('- host is not a setting of this plugin')
})

test('stops at the first signal, and tells where', async () => {
  const words = [...health(), '--max-latency=1ms', '--commit-probe=10000', '--health-timeout=60s']
  let sent = false
  const { exitCode, log, files } = await startElsewhere({
    words,
    onText: (text, signal) => {
      if (sent || (!text.includes('== Commit latency') && !text.includes('waiting up to'))) return
      sent = true
      signal('SIGINT')
    },
  })
  expect(exitCode).toBe(1)
  expect(log).toContain('error: the run was cancelled: by SIGINT, during "')
  expect(files['etcd-deploy-summary.md']).toContain('the run was cancelled')
})

test('leaves results where it is told to, and clears away what a killed run left long ago', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-results-'))
  const stale = join(folder, 'cache', 'etcd-deploy', '.partial-of-a-killed-run')
  await mkdir(stale, { recursive: true })
  const dayAgo = new Date(Date.now() - 25 * 3_600_000)
  await utimes(stale, dayAgo, dayAgo)
  const env = { ETCD_DEPLOY_RESULTS_DIR: join(folder, 'results'), XDG_CACHE_HOME: join(folder, 'cache') }
  const result = await startElsewhere({ words: health(), env })
  expect(result.exitCode, result.log).toBe(0)
  expect(result.files).toEqual({})
  expect(await readFile(join(folder, 'results', 'etcd-deploy.env'), 'utf8')).toContain('_HEALTHY=true\n')
  expect(existsSync(stale)).toBe(false)
  await rm(folder, { recursive: true })
})

test('works on a terminal', async () => {
  const { exitCode, log } = await startElsewhere({ words: health(), terminal: true })
  expect(exitCode, log).toBe(0)
  expect(log).toContain('== Health of every endpoint')
})
