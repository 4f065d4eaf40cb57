import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../../src/host/audit.js'
import { localSession, SHELLS } from './local-session.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe.each(SHELLS)('audit under $name', ({ argv }) => {
  const session = () => localSession(argv, { ...process.env, PATH: `${folder}:${process.env['PATH']}` })
  const program = (text: string): void =>
    writeFileSync(join(folder, 'systemd-cat'), `#!/bin/sh\n${text}\n`, { mode: 0o755 })

  it.each([
    [
      'all that is known',
      { what: 'restarting', run: 'https://ci/1', actor: 'me' },
      'etcd-local: restarting run=https://ci/1 actor=me\n',
    ],
    ['what alone', { what: '%s $(id) `id` \'"', run: '', actor: '' }, 'etcd-local: %s $(id) `id` \'"\n'],
    ['one line of several', { what: 'a\nb\tc', run: '', actor: '' }, 'etcd-local: a b c\n'],
  ])('writes %s', async (_name, entry, line) => {
    program(`echo "$*" >'${folder}/words'; cat >'${folder}/line'`)
    await audit(session(), entry)
    expect(readFileSync(join(folder, 'line'), 'utf8')).toBe(line)
    expect(readFileSync(join(folder, 'words'), 'utf8')).toBe('-t etcd-deploy -p notice\n')
  })

  it('says so where it cannot', async () => {
    program('echo no journal >&2; exit 1')
    await expect(audit(session(), { what: 'x', run: '', actor: '' })).rejects.toThrow(
      /cannot write into the journal: no journal/,
    )
  })
})
