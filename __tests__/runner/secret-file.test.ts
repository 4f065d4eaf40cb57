import { execFile } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { withSecretFile } from '../../src/runner/secret-file.js'
import { withFolder } from './mirror.fixture.js'

const run = promisify(execFile)
const SECRET = `-----BEGIN PRIVATE KEY-----\n${'k'.repeat(1600)}\n-----END PRIVATE KEY-----\n`

/** Names that the lent file has in a folder; other runs may have files of their own there. */
const namesIn = (folder: string, path: string): string[] => {
  const { ino, dev } = statSync(path)
  const isSame = (name: string) => {
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false })
    return stat?.ino === ino && stat.dev === dev
  }
  return existsSync(folder) ? readdirSync(folder).filter(isSame) : []
}

describe.runIf(process.platform === 'linux')('withSecretFile', () => {
  it('lends a path that a child reads, again and again', () =>
    withFolder(async (folder) => {
      const read = await withSecretFile(SECRET, folder, async (path) => {
        const { stdout: first } = await run('cat', [path])
        const { stdout: second } = await run('cat', [path])
        return [first, second]
      })
      expect(read).toEqual([SECRET, SECRET])
    }))

  it('has no name while it is used, and is for our user alone', () =>
    withFolder((folder) =>
      withSecretFile(SECRET, folder, (path) => {
        expect(readlinkSync(path)).toMatch(/ \(deleted\)$/)
        expect(statSync(path)).toMatchObject({ nlink: 0, size: SECRET.length })
        expect(statSync(path).mode & 0o777).toBe(0o600)
        expect([...namesIn(folder, path), ...namesIn('/dev/shm', path)]).toEqual([])
        return Promise.resolve()
      }),
    ))

  it('is gone afterwards, also for one who still holds it, also when the work fails', () =>
    withFolder(async (folder) => {
      let lent = ''
      const failing = withSecretFile(SECRET, folder, (path) => {
        lent = path
        return Promise.reject(new Error('no'))
      })
      await expect(failing).rejects.toThrow('no')
      expect(existsSync(lent) && readFileSync(lent, 'utf8') === SECRET).toBe(false)
    }))

  it('two at once are two', () =>
    withFolder((folder) =>
      withSecretFile('one', folder, (one) =>
        withSecretFile('two', folder, async (two) => {
          expect((await run('cat', [one, two])).stdout).toBe('onetwo')
        }),
      ),
    ))
})
