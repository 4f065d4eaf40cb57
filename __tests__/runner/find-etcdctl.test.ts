import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { etcdctlFromArchive, etcdctlOnPath, whyNoEtcdctl } from '../../src/runner/find-etcdctl.js'
import { runEtcdctlHere } from '../../src/runner/etcdctl-runner.js'
import { makeArchive, withFolder } from './mirror.fixture.js'

describe('etcdctlOnPath', () => {
  it('is the first one that can be run, absolute', () =>
    withFolder(async (folder) => {
      for (const name of ['text', 'folder', 'program', 'later']) mkdirSync(join(folder, name))
      writeFileSync(join(folder, 'text', 'etcdctl'), '', { mode: 0o644 })
      mkdirSync(join(folder, 'folder', 'etcdctl'))
      writeFileSync(join(folder, 'program', 'etcdctl'), '', { mode: 0o755 })
      writeFileSync(join(folder, 'later', 'etcdctl'), '', { mode: 0o755 })
      const path = [
        '',
        'relative',
        '/none',
        ...['text', 'folder', 'program', 'later'].map((name) => join(folder, name)),
      ]
      expect(await etcdctlOnPath(path.join(':'))).toBe(join(folder, 'program', 'etcdctl'))
    }))

  it.each([undefined, '', '/none:/nowhere'])('is none in %j', async (path) =>
    expect(await etcdctlOnPath(path)).toBeUndefined(),
  )
})

describe('whyNoEtcdctl', () => {
  it.each([
    ['one that says its version', '#!/bin/sh\necho "etcdctl version: 3.5.30"', undefined],
    ['one of another machine', '\x7fELF', /^"etcdctl version" ended with exit status [1-9]/],
    ['one without its interpreter', '#!/none/sh\n', /^"etcdctl version" ended with exit status 12[67]: /],
    [
      'one that is another program',
      '#!/bin/sh\necho hello',
      /^"etcdctl version" ended with exit status 0: hello$/,
    ],
    ['one that says nothing', '#!/bin/sh\nexit 3', /^"etcdctl version" ended with exit status 3$/],
  ])('%s', (_, text, why) =>
    withFolder(async (folder) => {
      const etcdctl = join(folder, 'etcdctl')
      writeFileSync(etcdctl, text, { mode: 0o755 })
      const said = await whyNoEtcdctl(etcdctl)
      if (why === undefined) expect(said).toBeUndefined()
      else expect(said).toMatch(why)
    }),
  )
})

describe('etcdctlFromArchive', () => {
  it('unpacks that one file, each time anew: one that was changed in the cache is not run', () =>
    withFolder(async (folder) => {
      const archive = makeArchive(folder)
      const cacheDir = join(folder, 'cache')
      const etcdctl = await etcdctlFromArchive(archive, cacheDir)
      expect(etcdctl).toBe(join(cacheDir, archive.sha256, 'etcdctl'))
      expect((await runEtcdctlHere([etcdctl, 'version'], 20_000)).stdout).toBe('made version\n')
      expect(readdirSync(cacheDir)).toEqual([archive.sha256])
      expect(readdirSync(join(cacheDir, archive.sha256))).toEqual(['etcdctl'])
      for (const spoil of [
        () => writeFileSync(etcdctl, '#!/bin/sh\necho owned\n', { mode: 0o755 }),
        () => (rmSync(etcdctl), symlinkSync('/bin/echo', etcdctl)),
      ]) {
        spoil()
        expect(await etcdctlFromArchive(archive, cacheDir)).toBe(etcdctl)
        expect((await runEtcdctlHere([etcdctl, 'version'], 20_000)).stdout).toBe('made version\n')
      }
      expect(readdirSync(join(cacheDir, archive.sha256))).toEqual(['etcdctl'])
    }))

  it('takes archives of other making too', () =>
    withFolder(async (folder) => {
      const { sha256 } = makeArchive(folder)
      const path = join(folder, 'own.tar.gz')
      execFileSync('tar', ['-czf', path, '-C', join(folder, 'etcd-v9.9.9-linux-amd64'), './etcdctl'])
      expect(await etcdctlFromArchive({ path, sha256 }, folder)).toBe(join(folder, sha256, 'etcdctl'))
    }))

  it('says so where there is none, and where it is broken', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'a.tar.gz')
      execFileSync('tar', ['-czf', path, '-C', '/', 'etc/hostname'])
      const cacheDir = join(folder, 'cache')
      await expect(etcdctlFromArchive({ path, sha256: 'a' }, cacheDir)).rejects.toThrow(
        /^no etcdctl in .*a\.tar\.gz; give a whole etcd release as archive, or install etcdctl on the runner\.$/,
      )
      writeFileSync(path, 'no archive')
      await expect(etcdctlFromArchive({ path, sha256: 'a' }, cacheDir)).rejects.toThrow(
        /^cannot unpack .* on the runner: /,
      )
    }))
})
