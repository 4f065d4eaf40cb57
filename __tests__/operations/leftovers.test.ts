import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leftovers, removeStale } from '../../src/operations/leftovers.js'

const PARTIAL = '.partial-0b0a9e3c-6f0e-4c3e-9a57-0d6f3b1c2d4e-'

describe('leftovers', () => {
  let folder: string
  let said: string[]
  let warned: string[]
  const ci = {
    info: (line: string) => void said.push(line),
    warning: (line: string) => void warned.push(line),
  }
  const place = () => ({ cacheDir: join(folder, 'cache'), tempDir: join(folder, 'temp') })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-left-'))
    said = []
    warned = []
    const { cacheDir, tempDir } = place()
    await mkdir(join(cacheDir, `${PARTIAL}b`), { recursive: true })
    await mkdir(join(cacheDir, 'digest'), { recursive: true })
    await mkdir(join(tempDir, 'etcd-deploy-public-x1'), { recursive: true })
    await Promise.all([
      writeFile(join(cacheDir, `${PARTIAL}a`), 'half'),
      writeFile(join(cacheDir, `${PARTIAL}b`, 'file'), 'half'),
      writeFile(join(cacheDir, '.partial-of-another-run'), 'half'),
      writeFile(join(tempDir, 'etcd-deploy-public-x1', 'ca.pem'), ''),
      writeFile(join(tempDir, 'report.json'), '{}'),
    ])
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('removes what this run left, and nothing of others', async () => {
    await leftovers(ci, place(), { at: 'after "Plan"', partial: PARTIAL, finished: true })
    expect((await readdir(place().cacheDir)).sort()).toEqual(['.partial-of-another-run', 'digest'])
    expect(await readdir(place().tempDir)).toEqual(['report.json'])
    expect(said[0]).toContain(`${PARTIAL}a`)
    expect(warned).toEqual([])
  })

  it.each(['', '.', '.partial-', '../', '.partial-0b0a9e3c'])(
    'takes no other start of a name: "%s"',
    async (partial) => {
      await leftovers(ci, place(), { at: '', partial, finished: true })
      expect(await readdir(place().cacheDir)).toHaveLength(4)
    },
  )

  it('tells where a run that was killed had come to, and what to do', async () => {
    await leftovers(ci, place(), { at: 'during "Bootstrap the cluster"', partial: PARTIAL, finished: false })
    expect(warned[0]).toMatch(/^The run was ended during "Bootstrap the cluster", before .* Run it again/)
  })

  it('is content with folders that are not there', async () => {
    await rm(folder, { recursive: true })
    await leftovers(ci, place(), { at: '', partial: PARTIAL, finished: true })
    expect(said).toEqual(['Nothing was left on the runner.'])
    await mkdir(folder)
  })

  it('elsewhere waits until nobody can be using it any more', async () => {
    const { cacheDir, tempDir } = place()
    const dayAgo = new Date(Date.now() - 24 * 3_600_000)
    const old = [
      join(cacheDir, `${PARTIAL}b`),
      join(cacheDir, 'digest'),
      join(tempDir, 'etcd-deploy-public-x1'),
    ]
    for (const path of [...old, join(tempDir, 'report.json')]) await utimes(path, dayAgo, dayAgo)
    await removeStale(place(), new Date())
    expect((await readdir(cacheDir)).sort()).toEqual(
      [`${PARTIAL}a`, '.partial-of-another-run', 'digest'].sort(),
    )
    expect(await readdir(tempDir)).toEqual(['report.json'])
  })

  it('elsewhere is content with folders that are not there', async () => {
    await expect(
      removeStale({ cacheDir: '/nothing', tempDir: '/nothing' }, new Date()),
    ).resolves.toBeUndefined()
  })
})
