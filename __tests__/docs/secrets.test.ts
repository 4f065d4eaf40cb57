import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage } from '../../script/markdown.js'
import { checkAuthority } from '../../src/pki/authority.js'
import { checkPrivateKey } from '../../src/ssh/private-key.js'
import { textOf } from './pages.js'

/** The commands of a page that make keys, as written: from `openssl` or `ssh-keygen -q` to the end of the command. */
const commandsOf = (path: string): readonly string[] =>
  readPage(textOf(path))
    .blocks.filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
    .filter((line) => /^(?:openssl req|ssh-keygen -q) /.test(line))

describe.each(['README.md', 'README.zh-CN.md'])('the commands in %s that make the secrets', (path) => {
  const folder = mkdtempSync(join(tmpdir(), 'etcd-deploy-readme-'))
  const made = (name: string): string => readFileSync(join(folder, name), 'utf8')

  beforeAll(() => {
    const commands = commandsOf(path)
    expect(commands).toHaveLength(2)
    for (const command of commands) execFileSync('sh', ['-ec', command], { cwd: folder, stdio: 'pipe' })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('make a CA that signs, without a word against it', () => {
    const check = checkAuthority(made('ca.pem'), made('ca-key.pem'), new Date())
    expect(check).toMatchObject({ problems: [], warnings: [] })
    expect(check.authority).toBeDefined()
  })

  it('make a key to log in with', () => {
    expect(checkPrivateKey(made('etcd-deploy'))).toMatchObject({ ok: true, key: { type: 'ssh-ed25519' } })
  })
})

it('both languages begin with the same workflow', () => {
  const first = (path: string): string =>
    (readPage(textOf(path)).blocks.find(({ language }) => language === 'yaml')?.text ?? '').replace(
      / #.*$/gm,
      '',
    )
  expect(first('README.zh-CN.md')).toBe(first('README.md'))
})
