import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case } from './case.js'

const SOURCE = new URL('../oracle/main.go', import.meta.url).pathname
/** Go keeps what it built below HOME, which not everybody has. */
const CACHE = process.env['GOCACHE'] ?? (process.env['HOME'] ? '' : join(tmpdir(), 'go-build'))
const ENV = {
  ...process.env,
  ...{ GOTOOLCHAIN: 'local', GOFLAGS: '', CGO_ENABLED: '0' },
  ...(CACHE === '' ? {} : { GOCACHE: CACHE, GOPATH: CACHE }),
}

/** Is there a Go to ask? */
export const hasGo = spawnSync('go', ['version'], { env: ENV }).status === 0

export type Question = Pick<Case, 'chain' | 'roots' | 'at' | 'usages' | 'keys'> & { readonly parse?: boolean }

/** Asks Go's own verifier, all at once; empty texts stand for what it accepts. */
export const askGo = (questions: readonly Question[]): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'go-oracle-'))
  try {
    const program = join(folder, 'oracle')
    execFileSync('go', ['build', '-o', program, SOURCE], { env: ENV, stdio: 'pipe' })
    const answers = execFileSync(program, {
      input: questions.map((question) => JSON.stringify(written(question))).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    return answers
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly refused: string }).refused)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const written = ({ chain, roots, at, usages, keys, parse = false }: Question): object => ({
  chain: chain.map((der) => der.toString('base64')),
  roots: roots.map((der) => der.toString('base64')),
  at: at.getTime() / 1000,
  usages,
  key: keys?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() ?? '',
  name: 'localhost',
  parse,
})
