import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SHELL } from '../../src/ci/dotenv.js'
import { fileCi } from '../../src/ci/files.js'
import { plainLog } from '../../src/ci/plain.js'
import type { Ci } from '../../src/ci/port.js'

describe('a system that is told by files', () => {
  let folder: string
  let log: string[]
  let failed: boolean
  const redact = (text: string): string => text.replaceAll('hunter22', '***')
  const open = (mostBytes = Infinity, place = folder): Ci =>
    fileCi(plainLog({ print: (text) => void log.push(text), redact, debugging: false }), {
      folder: place,
      form: { ...SHELL, mostBytes },
      setFailed: () => (failed = true),
    })
  const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8')

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-files-'))
    log = []
    failed = false
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('gets outputs, summary and test report as they were made, whatever is hidden in the log', async () => {
    const ci = open()
    ci.mask('hunter22')
    ci.state('at', 'hunter22')
    ci.output('healthy', 'true')
    ci.output('failure', '*** failed')
    await ci.summary('# hunter22')
    await ci.testReport('<hunter22>***</hunter22>')
    expect(await text('etcd-deploy.env')).toBe(
      "ETCD_DEPLOY_OUTPUT_HEALTHY=true\nETCD_DEPLOY_OUTPUT_FAILURE='*** failed'\n",
    )
    expect(await text('etcd-deploy-summary.md')).toBe('# hunter22')
    expect(await text('etcd-deploy-junit.xml')).toBe('<hunter22>***</hunter22>')
    expect(await readdir(folder)).toHaveLength(3)
    expect(log).toEqual([])
    expect(failed).toBe(false)
  })

  it('finds nothing of an earlier run there', async () => {
    for (const name of ['etcd-deploy.env', 'etcd-deploy-junit.xml', 'etcd-deploy-summary.md', 'other'])
      await writeFile(join(folder, name), 'old')
    open()
    expect(await readdir(folder)).toEqual(['other'])
  })

  it('is told once of each output that had no room', () => {
    const ci = open(60)
    ci.output('plan', 'x'.repeat(99))
    ci.output('healthy', '')
    expect(log).toEqual([
      'note: etcd-deploy.env holds no plan: it would be too large; the JSON report has it',
    ])
  })

  it('gets its folder made, and is told once where files cannot be written', async () => {
    open(Infinity, join(folder, 'a', 'b')).output('healthy', '')
    expect(await readdir(join(folder, 'a'))).toEqual(['b'])
    await writeFile(join(folder, 'file'), '')
    const ci = open(Infinity, join(folder, 'file'))
    ci.output('healthy', '')
    ci.output('leader', '')
    expect(log).toEqual([expect.stringMatching(/^warning: the outputs could not be written: E/)])
    await expect(ci.summary('')).rejects.toThrow('EEXIST')
  })

  it('hears the failure sentence and fails', () => {
    open().fail('no hunter22')
    expect(log).toEqual(['error: no ***'])
    expect(failed).toBe(true)
  })
})
