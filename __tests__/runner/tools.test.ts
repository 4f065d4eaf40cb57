import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { insistOnTools, programOnPath } from '../../src/runner/tools.js'
import { withFolder } from './mirror.fixture.js'

const put = (folder: string, name: string, mode = 0o755): void =>
  writeFileSync(join(folder, name), '#!/bin/sh\n', { mode })

describe('insistOnTools', () => {
  it('is content where all are there, in whichever folder', () =>
    withFolder(async (folder) => {
      for (const name of ['a', 'b']) mkdirSync(join(folder, name))
      put(join(folder, 'a'), 'tar')
      put(join(folder, 'b'), 'gzip')
      const path = ['a', 'b'].map((name) => join(folder, name)).join(':')
      await expect(insistOnTools(['tar', 'gzip'], path)).resolves.toBeUndefined()
      expect(await programOnPath('gzip', path)).toBe(join(folder, 'b', 'gzip'))
    }))

  it('names what is missing, where it was looked for and what to install', () =>
    withFolder(async (folder) => {
      put(folder, 'tar', 0o644)
      await expect(insistOnTools(['tar', 'gzip', 'timeout'], folder)).rejects.toThrow(
        `the runner lacks tar and gzip and timeout: no folder of its PATH (${folder}) has them; no endpoint was asked; ` +
          'install tar and gzip and coreutils on the runner, or correct its PATH.',
      )
    }))

  it('says so of a runner without PATH', async () => {
    await expect(insistOnTools(['timeout'], undefined)).rejects.toThrow('no folder of its PATH () has it')
  })
})
