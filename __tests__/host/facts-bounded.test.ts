import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FACTS_SCRIPT } from '../../src/host/facts-script.js'
import { localSession } from './local-session.js'

it.each(['unit', 'ca', 'certificate', 'marker'])(
  'no more of a file comes than one of its kind can have: %s',
  async (label) => {
    const folder = mkdtempSync(join(tmpdir(), 'facts-'))
    try {
      mkdirSync(join(folder, 'state'))
      const files: Readonly<Record<string, string>> = {
        unit: join(folder, 'etcd.service'),
        ca: join(folder, 'ca.pem'),
        certificate: join(folder, 'etcd.pem'),
        marker: join(folder, 'state/marker'),
      }
      writeFileSync(files[label] ?? '', ' '.repeat(1 << 20))
      const places = [join(folder, 'bin'), folder, join(folder, 'data'), '', 'nobody', '1']
      const { code, stdout } = await localSession().run({
        label: 'read host facts',
        script: FACTS_SCRIPT,
        args: ['etcd', ...places, files['marker'] ?? '', folder, folder],
        timeoutMs: 60_000,
      })
      expect(code).toBe(0)
      const coded =
        stdout
          .split('\n')
          .find((line) => line.startsWith(`text\t${label}\t`))
          ?.split('\t')[2] ?? ''
      expect(Buffer.from(coded, 'base64')).toHaveLength(1 << 18)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  60_000,
)
