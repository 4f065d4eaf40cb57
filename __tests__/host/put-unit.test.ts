import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { putUnit } from '../../src/host/put-unit.js'
import type { HostSession } from '../../src/ssh/port.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

let folder: string
let units: string

beforeEach(() => {
  folder = ownFolder('put unit ')
  units = join(folder, 'units')
  mkdirSync(units)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** `systemctl` that notes what it was told, and what the unit was then. */
const withSystemctl = (argv: readonly string[], script = 'exit 0'): HostSession => {
  const stub = join(folder, 'stub')
  mkdirSync(stub)
  const noted = `echo "$* $(cat '${units}/etcd.service')" >>'${folder}/log'`
  writeFileSync(join(stub, 'systemctl'), `#!/bin/sh\n${noted}\n${script}\n`, { mode: 0o755 })
  const session = localSession(argv)
  // The script sets its own PATH: what it finds there comes after.
  return {
    ...session,
    run: (command) =>
      session.run({ ...command, script: command.script.replace('PATH=/usr', `PATH='${stub}':/usr`) }),
  }
}
const log = (): string => readFileSync(join(folder, 'log'), 'utf8')
const unit = (): string => join(units, 'etcd.service')

// Owners are part of it, so only root can try; the end-to-end tests do it on real hosts in any case.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)('putUnit under $name', ({ argv }) => {
  test('replaces the text, and systemd reads it in the same command', async () => {
    writeFileSync(unit(), 'old\n', { mode: 0o600 })
    await putUnit(withSystemctl(argv), { serviceName: 'etcd' }, 'new % $ "\\\n', units)
    expect(readFileSync(unit(), 'utf8')).toBe('new % $ "\\\n')
    expect((statSync(unit()).mode & 0o777).toString(8)).toBe('644')
    expect(log()).toBe('daemon-reload new % $ "\\\n')
    expect(readdirSync(units)).toEqual(['etcd.service'])
  })

  test('writes nothing where the text is there already', async () => {
    writeFileSync(unit(), 'same\n')
    const before = statSync(unit())
    await putUnit(withSystemctl(argv), { serviceName: 'etcd' }, 'same\n', units)
    expect(statSync(unit())).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
    expect(readdirSync(units)).toEqual(['etcd.service'])
  })

  test('leaves the old unit where the text was cut off on the way', async () => {
    writeFileSync(unit(), 'old\n')
    const session = withSystemctl(argv)
    const cut: HostSession = { ...session, run: (command) => session.run({ ...command, stdin: 'ne' }) }
    await expect(putUnit(cut, { serviceName: 'etcd' }, 'new\n', units)).rejects.toThrow(
      /cut off.*the old unit is untouched/,
    )
    expect(readdirSync(units)).toEqual(['etcd.service'])
    expect(readFileSync(unit(), 'utf8')).toBe('old\n')
  })

  test('says so where systemd does not read it', async () => {
    const session = withSystemctl(argv, 'echo "Failed to reload daemon" >&2; exit 1')
    await expect(putUnit(session, { serviceName: 'etcd' }, 'new\n', units)).rejects.toThrow(
      /systemd does not read its units anew.*no service was restarted; run systemctl daemon-reload there/s,
    )
  })
})
