import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCached, withPartialFile } from '../../src/runner/cache.js'
import { sha256, withFolder } from './mirror.fixture.js'

describe('withPartialFile', () => {
  it('keeps a file under its digest, whole', () =>
    withFolder(async (cacheDir) => {
      const digest = sha256('text')
      const kept = await withPartialFile(cacheDir, async (path, keep) => {
        writeFileSync(path, 'text')
        expect(await findCached(cacheDir, digest, 'file')).toBeUndefined()
        return keep(digest, 'file')
      })
      expect(readFileSync(kept, 'utf8')).toBe('text')
      expect(await findCached(cacheDir, digest, 'file')).toBe(kept)
      expect(readdirSync(cacheDir)).toEqual([digest])
    }))

  it('leaves nothing of a file that was not kept, nor of work that failed', () =>
    withFolder(async (cacheDir) => {
      await withPartialFile(cacheDir, (path) => Promise.resolve(writeFileSync(path, 'text')))
      const failing = withPartialFile(cacheDir, (path) => {
        mkdirSync(path)
        writeFileSync(join(path, 'inside'), 'text')
        return Promise.reject(new Error('no'))
      })
      await expect(failing).rejects.toThrow('no')
      expect(readdirSync(cacheDir)).toEqual([])
    }))

  it('says so where the folder cannot be made', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '')
      await expect(withPartialFile(join(folder, 'file', 'cache'), () => Promise.resolve())).rejects.toThrow(
        /cannot make the cache folder .*: ENOTDIR; point RUNNER_TOOL_CACHE/,
      )
    }))
})

it('findCached removes what is not what its folder says', () =>
  withFolder(async (cacheDir) => {
    const digest = sha256('text')
    mkdirSync(join(cacheDir, digest))
    writeFileSync(join(cacheDir, digest, 'file'), 'other')
    chmodSync(join(cacheDir, digest, 'file'), 0o400)
    expect(await findCached(cacheDir, digest, 'file')).toBeUndefined()
    expect(existsSync(join(cacheDir, digest, 'file'))).toBe(false)
  }))
