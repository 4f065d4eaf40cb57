import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it, test } from 'vitest'

describe('each script that changes something by its path', () => {
  const folder = join(import.meta.dirname, '../../src/host')
  const scripts = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/const (\w*SCRIPT) = `([^]*?)\n`\n/g)].map(
        ([, script = '', text = '']) => ({ script: `${basename(name)} ${script}`, text }),
      ),
    )
    .filter(({ text }) => /\b(?:mkdir|chown|chmod|mv|rm|cp|ln|tee|install|tar)\b|[^&2<]>\\?"/.test(text))

  it('is found', () => expect(scripts.length).toBeGreaterThan(15))

  test.each(scripts)('$script looks at the way first', ({ text }) => {
    expect(text).toMatch(/\bguard "|\bguard_all "|\btake_lock\b|\bapproach "|\bown_state "/)
  })
})
