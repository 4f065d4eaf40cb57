import { describe, expect, it } from 'vitest'
import type { Command, CommandResult, HostSession } from '../../src/ssh/port.js'
import { transcribed } from '../../src/ssh/transcript.js'

const told = async (
  command: Partial<Command>,
  run: () => Promise<CommandResult>,
): Promise<readonly string[]> => {
  const lines: string[] = []
  const session = { member: 'etcd-1', run } as unknown as HostSession
  const full = { label: 'read facts', script: 'secret script', timeoutMs: 1, ...command }
  await transcribed(session, (line) => void lines.push(line.replace(/\d+ ms/, 'N ms')))
    .run(full)
    .catch(() => undefined)
  return lines
}
const result = (more: Partial<CommandResult> = {}): Promise<CommandResult> =>
  Promise.resolve({ code: 0, stdout: '', stderr: '', ...more })

describe('a transcript', () => {
  it('tells what a command was for, with what, how it ended and what it printed', async () => {
    expect(
      await told({ args: ['/opt/kube', 'a b'] }, () =>
        result({ code: 3, stdout: 'one\n\ntwo\n', stderr: 'bad\n' }),
      ),
    ).toEqual([
      "etcd-1: read facts with /opt/kube 'a b': exit 3 after N ms",
      'etcd-1:   > one',
      'etcd-1:   > two',
      'etcd-1:   ! bad',
    ])
  })

  it('never tells what came on stdin', async () => {
    expect(await told({ stdin: 'PRIVATE' }, () => result())).toEqual([
      'etcd-1: read facts and stdin: exit 0 after N ms',
    ])
  })

  it("does not tell users' data", async () => {
    expect(await told({ userData: true }, () => result({ stdout: 'c2VjcmV0' }))).toContain(
      'etcd-1:   > 8 characters that are not shown',
    )
  })

  it('cuts long lines and long output', async () => {
    const stdout = `${'x'.repeat(1000)}\n`.repeat(100)
    const lines = await told({}, () => result({ stdout }))
    expect(lines).toHaveLength(1 + 30 + 1)
    expect(lines[1]).toBe(`etcd-1:   > ${'x'.repeat(300)}… (1000 characters)`)
    expect(lines.at(-1)).toBe('etcd-1:   > (70 more lines)')
  })

  it('tells of a command whose outcome nobody knows', async () => {
    expect(await told({}, () => Promise.reject(new Error('the connection is lost')))).toEqual([
      'etcd-1: read facts: the connection is lost (after N ms)',
    ])
  })

  it('lets nothing that a host prints end the line', async () => {
    const lines = await told({}, () => result({ stdout: 'a\r::error::b\u001b[2J' }))
    expect(lines[1]).toBe('etcd-1:   > a ::error::b [2J')
  })
})
