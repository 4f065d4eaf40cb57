import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SHELLS } from './local-session.js'
import { oneMember } from './one-member.js'
import { processOf } from './somebody.js'

let host: ReturnType<typeof oneMember>
let other: ChildProcess

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

// A process of another user is part of it.
describe.skipIf(process.getuid?.() !== 0).each(SHELLS)(
  'a change of a member whose folder a local user has locked since it was open, under $name',
  ({ argv }) => {
    beforeEach(async () => {
      host = oneMember(argv)
      chmodSync(host.folder, 0o755)
      mkdirSync(host.state, { recursive: true })
      other = await processOf(`exec 9<'${host.state}'; flock 9`)
    })
    afterEach(() => {
      other.kill('SIGKILL')
      host.remove()
    })

    test('is made and confirmed, and the folder is closed', async () => {
      await host.change()
      expect([dirname(host.state), host.state].map(modeOf)).toEqual(['700', '700'])
      expect(await host.confirm()).toBe('confirmed')
    })

    test('is taken back', async () => {
      const before = host.world()
      await host.change()
      expect(await host.revert()).toBe('reverted')
      expect(host.world()).toEqual(before)
    })
  },
)
