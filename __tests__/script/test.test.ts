import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pathOf } from '../workflows/workflow.js'

/** A copy of script/test whose parts are all stubs: what it runs is in `calls`, and vitest's counts are those of `counts`. */
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'etcd-deploy script-'))
  const stub = (path: string, body: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), `#!/bin/bash\n${body}\n`, { mode: 0o755 })
  }
  mkdirSync(join(folder, 'script'))
  copyFileSync(pathOf('script/test'), join(folder, 'script/test'))
  chmodSync(join(folder, 'script/test'), 0o755)
  stub('script/setup', 'exit 0')
  stub('script/lint-workflows', 'exit 77')
  stub('lab/selftest', 'exit 0')
  stub('script/as-root', `echo "as root: $*" >>"${folder}/calls"; "$@"`)
  stub('bin/id', 'echo "$STUB_UID"')
  stub(
    'bin/npm',
    [
      `echo "npm $*" >>"${folder}/calls"`,
      'for word; do case $word in --outputFile.json=*)',
      '  case "$*" in *e2e*) p=7 f=${STUB_FAILED:-0} s=0 ;; *host*) p=5 f=0 s=0 ;; *) p=10 f=0 s=5 ;; esac',
      '  echo "{\\"numPassedTests\\":$p,\\"numFailedTests\\":$f,\\"numPendingTests\\":$s,\\"numTodoTests\\":0}" >"${word#*=}"',
      '  exit $((f > 0)) ;; esac; done',
    ].join('\n'),
  )
  mkdirSync(join(folder, '__tests__/host'), { recursive: true })
  writeFileSync(join(folder, '__tests__/host/one.test.ts'), 'describe.skipIf(process.getuid?.() !== 0)')
  writeFileSync(join(folder, '__tests__/other.test.ts'), 'nothing')
})
afterEach(() => rmSync(folder, { recursive: true }))

const runAs = (uid: number, env: Readonly<Record<string, string>> = {}) => {
  const PATH = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`
  const { status, stdout, stderr } = spawnSync(join(folder, 'script/test'), [], {
    env: { PATH, STUB_UID: String(uid), ...env },
  })
  expect(stderr.toString()).toBe('')
  return { status, out: stdout.toString(), calls: readFileSync(join(folder, 'calls'), 'utf8') }
}

it('runs what needs root as root where the rest was not, and shows what each suite came to', () => {
  const { status, out, calls } = runAs(1000)
  expect(status).toBe(0)
  expect(calls).toMatch(
    /^as root: npm run --silent unit -- __tests__\/host\/one\.test\.ts --reporter=default/m,
  )
  expect(out).toMatch(/^unit +\d+ s {2}ok {2}10 passed, 0 failed, 5 skipped$/m)
  expect(out).toMatch(/^unit, as root +\d+ s {2}ok {2}5 passed, 0 failed, 0 skipped$/m)
  expect(out).toMatch(/^end-to-end +\d+ s {2}ok {2}7 passed, 0 failed, 0 skipped$/m)
  // The suites' own, six parts that count as one test each, and two of 77.
  expect(out.trim().split('\n').at(-1)).toBe('28 passed, 0 failed, 7 skipped')
})

it('runs nothing twice as root, and ends as it failed', () => {
  const { status, out, calls } = runAs(0, { STUB_FAILED: '2', HOME: folder })
  expect(status).toBe(1)
  expect(calls).not.toMatch(/host\/one/)
  expect(out).toMatch(/^end-to-end +\d+ s {2}FAILED {2}7 passed, 2 failed, 0 skipped$/m)
  expect(out.trim().split('\n').at(-1)).toBe('23 passed, 2 failed, 7 skipped')
})
