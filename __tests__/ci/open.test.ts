import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { System } from '../../src/ci/detect.js'
import { openCi } from '../../src/ci/open.js'
import type { Ci } from '../../src/ci/port.js'

describe('openCi', () => {
  let folder: string
  let written: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-open-'))
    written = ''
  })
  afterEach(async () => {
    process.exitCode = undefined
    await rm(folder, { recursive: true })
  })

  const open = (system: System, env: NodeJS.ProcessEnv = {}, isTTY = false): Ci => {
    const stdout = {
      isTTY,
      columns: 9,
      write: (text: string) => (written += text),
    } as unknown as NodeJS.WriteStream
    return openCi(system, { redact: (text) => text.replaceAll('hunter22', '***'), env, stdout, folder })
  }

  const cases: readonly [
    name: string,
    system: System,
    env: NodeJS.ProcessEnv,
    isTTY: boolean,
    log: string,
  ][] = [
    ['Woodpecker prints plain lines', 'woodpecker', {}, true, '*** going on\n'],
    ['a command without terminal too', 'command-line', {}, false, '*** going on\n'],
    ['a terminal that cannot erase too', 'command-line', { TERM: 'dumb' }, true, '*** going on\n'],
    ['a terminal has one line for progress', 'command-line', { TERM: 'xterm' }, true, '\r\x1b[2K*** goin'],
  ]
  it.each(cases)('%s', (_, system, env, isTTY, log) => {
    open(system, env, isTTY).progress('hunter22 going on')
    expect(written).toBe(log)
  })

  it('knows the sections and the dotenv form of GitLab', async () => {
    const ci = open('gitlab')
    await ci.group('A', () => Promise.resolve())
    ci.output('members', '[{"a":1}]')
    expect(written).toContain(':etcd_deploy_1\r\x1b[0KA\n')
    expect(await readFile(join(folder, 'etcd-deploy.env'), 'utf8')).toBe(
      'ETCD_DEPLOY_OUTPUT_MEMBERS=[{"a":1}]\n',
    )
  })

  it.each(['woodpecker', 'command-line'] as const)('gives %s outputs for a shell', async (system) => {
    open(system).output('members', '[{"a":1}]')
    expect(await readFile(join(folder, 'etcd-deploy.env'), 'utf8')).toBe(
      `ETCD_DEPLOY_OUTPUT_MEMBERS='[{"a":1}]'\n`,
    )
  })

  it.each([
    [{}, ''],
    [{ ETCD_DEPLOY_DEBUG: 'true' }, 'debug: deep\n'],
    [{ CI_DEBUG_TRACE: 'true' }, 'debug: deep\n'],
  ])('with %j prints of debug lines "%s"', (env, log) => {
    open('gitlab', env).debug('deep')
    expect(written).toBe(log)
  })

  it('makes the process fail', () => {
    open('gitlab').fail('no')
    expect(process.exitCode).toBe(1)
  })
})
