import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pruneReleases } from '../../src/host/prune-releases.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

let folder: string
const bin = (): string => join(folder, 'bin')
const states = (): string => join(folder, 'state')
const left = async (): Promise<readonly string[]> => (await readdir(join(bin(), '.etcd'))).sort()
const prune = (argv: readonly string[], ...keep: readonly string[]) =>
  pruneReleases(localSession(argv), bin(), keep, states())

beforeEach(async () => {
  folder = ownFolder('etcd-deploy-store-')
  for (const name of ['v3.4.23-aa', 'v3.5.3-bb', 'v3.5.30-cc', 'v3.6.14-dd', 'v3.7.1-ee', 'replaced']) {
    await mkdir(join(bin(), '.etcd', name), { recursive: true })
    await writeFile(join(bin(), '.etcd', name, 'etcd'), '')
    if (!name.includes('ee')) await writeFile(join(bin(), '.etcd', name, '.manifest'), '')
  }
  await mkdir(join(states(), 'etcd'), { recursive: true })
  await symlink('.etcd/v3.6.14-dd/etcd', join(bin(), 'etcd'))
})
afterEach(() => rm(folder, { recursive: true }))

describe.each(SHELLS)('pruneReleases under $name', ({ argv }) => {
  it('keeps what is asked for, what is linked, and what is not ours', async () => {
    expect(await prune(argv, '3.5.30')).toEqual(['v3.4.23-aa', 'v3.5.3-bb'])
    expect(await left()).toEqual(['replaced', 'v3.5.30-cc', 'v3.6.14-dd', 'v3.7.1-ee'])
    expect(await prune(argv, '3.5.30')).toEqual([])
  })

  it('keeps what runs', async () => {
    const binary = join(bin(), '.etcd/v3.4.23-aa/etcd')
    await copyFile('/bin/sleep', binary)
    const child = spawn(binary, ['60'])
    await once(child, 'spawn')
    try {
      expect(await prune(argv)).toEqual(['v3.5.3-bb', 'v3.5.30-cc'])
    } finally {
      child.kill()
    }
  })

  it.each(['previous', 'next'])('deletes nothing while a member there has a %s', async (pending) => {
    await mkdir(join(states(), 'other', pending), { recursive: true })
    expect(await prune(argv)).toEqual([])
    expect(await left()).toHaveLength(6)
  })

  it('minds no host without a store', async () => {
    await rm(bin(), { recursive: true })
    expect(await prune(argv)).toEqual([])
  })
})
