import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readPage } from '../../script/markdown.js'
import { checkAuthority } from '../../src/pki/authority.js'
import { defaults, knownHost, problemsIn } from '../inputs/setting.js'
import {
  type Context,
  inputsOf,
  type Job,
  namesUsed,
  ourSteps,
  type Workflow,
} from '../workflows/workflow.js'
import { projectPages, textOf } from './pages.js'

/** Folders with other programs named openssl, such as LibreSSL's and 1.1.1's, to be tried as well; separated by colons. */
const OTHER_OPENSSL = (process.env['ETCD_DEPLOY_OPENSSL'] ?? '')
  .split(delimiter)
  .filter((folder) => folder !== '')

const blocksOf = (path: string, language: string): readonly string[] =>
  readPage(textOf(path)).blocks.flatMap((block) => (block.language === language ? [block.text] : []))

/** Every command of the page up to the last one that hands something to GitHub, as somebody would paste it. */
const commandsOf = (path: string): string => {
  const blocks = blocksOf(path, 'sh')
  return blocks.slice(0, blocks.findLastIndex((text) => text.includes('gh ')) + 1).join('\n')
}

const firstJob = (path: string): Job => {
  const workflow = parse(blocksOf(path, 'yaml')[0] ?? '') as Workflow
  return Object.values(workflow.jobs)[0]!
}

const PAGES = ['README.md', 'README.zh-CN.md']
const shells = ['sh', 'bash', 'zsh'].filter((shell) => spawnSync(shell, ['-c', 'exit']).status === 0)
const cases = PAGES.flatMap((path) =>
  [undefined, ...OTHER_OPENSSL].map((openssl) => [path, openssl ?? 'the openssl on PATH', openssl] as const),
)

describe.each(cases)(
  'the commands in %s, in an empty folder that is no repository, with %s',
  (path, _, openssl) => {
    const root = mkdtempSync(join(tmpdir(), 'etcd-deploy-quick start-'))
    const [folder, bin, github] = ['here', 'bin', 'github'].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ]
    const made = (name: string): string => readFileSync(join(folder, name), 'utf8')
    const calls = (): readonly string[] => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n')

    beforeAll(() => {
      for (const each of [folder, bin, github]) mkdirSync(each)
      writeFileSync(join(bin, 'gh'), textOf('__tests__/docs/stub-gh.sh'), { mode: 0o755 })
      const stub = (name: string, body: string): void =>
        writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>"${root}/calls"\n${body}\n`, {
          mode: 0o755,
        })
      stub('ssh-copy-id', '[ -s "$2" ]')
      stub('ssh-keyscan', `for host; do echo "# $host:22" >&2; echo "$host ${knownHost('').trim()}"; done`)
      execFileSync('sh', ['-ec', commandsOf(path)], {
        cwd: folder,
        stdio: 'pipe',
        env: {
          PATH: [bin, ...(openssl === undefined ? [] : [openssl]), process.env['PATH']].join(delimiter),
          HOME: root,
          STUB_GH: github,
          GIT_CEILING_DIRECTORIES: root,
        },
      })
    })
    afterAll(() => rmSync(root, { recursive: true }))

    it('make a CA that signs, with each extension once and without a word against it', () => {
      const check = checkAuthority(made('ca.pem'), made('ca-key.pem'), new Date())
      expect(check).toMatchObject({ problems: [], warnings: [] })
      expect(check.authority).toBeDefined()
    })

    it('make keys that nobody else may read', () => {
      for (const name of ['ca-key.pem', 'etcd-deploy'])
        expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('600')
    })

    it('set all that the first workflow uses, in the environment that it names', () => {
      const job = firstJob(path)
      const there = join(github, job.environment ?? '.repository')
      const names = [...namesUsed(job, 'secrets'), ...namesUsed(job, 'vars')]
      const folderName = (name: string): string => name.replace(/^vars\./, 'variables.')
      expect(readdirSync(there).sort()).toEqual(names.map(folderName).sort())
      const context: Context = Object.fromEntries(
        names.map((name) => [name, readFileSync(join(there, folderName(name)), 'utf8')]),
      )
      const [step] = ourSteps(job)
      expect(problemsIn({ ...defaults, ...inputsOf(step!, context) })).toEqual([])
    })

    it('go to the hosts of the first workflow', () => {
      const hosts = (ourSteps(firstJob(path))[0]?.with?.['hosts'] ?? '').trim().split('\n')
      expect(calls()).toEqual([
        ...hosts.map((host) => `ssh-copy-id -i etcd-deploy.pub root@${host}`),
        `ssh-keyscan ${hosts.join(' ')}`,
      ])
    })
  },
)

describe('the commands of the quick start', () => {
  it.each(PAGES)('%s: can be pasted into any shell: no comments, which zsh takes for words', (path) => {
    expect(
      commandsOf(path)
        .split('\n')
        .filter((line) => /(?:^|\s)#/.test(line)),
    ).toEqual([])
    for (const shell of shells) {
      const { status, stderr } = spawnSync(shell, ['-n', '-c', commandsOf(path)])
      expect([shell, status, stderr.toString()]).toEqual([shell, 0, ''])
    }
  })

  it('are the same in both languages, and so is the first workflow', () => {
    const [english, chinese] = PAGES.map((path) => commandsOf(path))
    expect(chinese).toBe(english)
    const [first, other] = PAGES.map((path) => (blocksOf(path, 'yaml')[0] ?? '').replace(/ #.*$/gm, ''))
    expect(other).toBe(first)
  })

  it('run on a runner that can reach the hosts, and no page sends anybody to one that cannot', () => {
    for (const [path, { blocks }] of projectPages())
      for (const { text } of blocks)
        if (/192\.168\.|\b10\.\d+\./.test(text))
          expect([path, /runs-on: ubuntu/.test(text)]).toEqual([path, false])
  })
})

/** Options that only the tools of one system know. */
const NOT_EVERYWHERE: readonly (readonly [RegExp, why: string])[] = [
  [
    /-addext/,
    'OpenSSL 1.1.1 and LibreSSL add to what their own configuration says, so an extension is there twice',
  ],
  [/base64 -w/, 'macOS has no -w'],
  [/sed -i [^']|date -d|readlink -f|stat -c/, 'GNU alone'],
]

it.each([...projectPages().keys()])(
  '%s: what it has people run on their own machine runs on macOS',
  (path) => {
    const text = textOf(path)
    for (const [pattern, why] of NOT_EVERYWHERE) {
      const lines = text.split('\n').filter((line) => pattern.test(line) && !/macOS|LibreSSL/.test(line))
      expect(lines, why).toEqual([])
    }
  },
)
