import { describe, expect, it } from 'vitest'
import type { ApplyContext } from '../../src/apply/context.js'
import { correctHosts, stageRoll } from '../../src/apply/prepare-change.js'
import type { Plan } from '../../src/plan/plan.js'
import type { HostSession } from '../../src/ssh/port.js'
import { wantedUnit } from '../../src/plan/unit.js'
import { desired, members, names } from '../plan/world.js'

/** Hosts on which every command ends well, but for those that `fails` names; what was done, in order. */
const hosts = (fails: (member: string, label: string) => boolean) => {
  const ran: string[] = []
  const context: ApplyContext = {
    desired,
    hosts: members.map((member) => ({
      member,
      ...{ machine: 'x86_64', unit: wantedUnit(desired, member) },
      session: {
        member: member.name,
        target: 'root@host:22',
        run: ({ label }) => {
          ran.push(`${member.name}: ${label}`)
          const failed = fails(member.name, label)
          return Promise.resolve({
            code: failed ? 2 : 0,
            stdout: '',
            stderr: failed ? 'flag provided but not defined: -x\n' : '',
          })
        },
      } as HostSession,
    })),
    materials: {
      certificateFor: () => Promise.reject(new Error('not here')),
      archiveFor: () => Promise.reject(new Error('not here')),
    },
    say: () => undefined,
    audit: ({ member }, what) => Promise.resolve(void ran.push(`${member.name}: audit: ${what}`)),
    live: { set: () => undefined, clear: () => undefined },
  }
  return { ran, context }
}

const plan: Plan = {
  ...{ kind: 'roll', differences: [], findings: [], summary: '' },
  steps: names.flatMap((member) => [
    { kind: 'stage' as const, member, reason: '' },
    { kind: 'roll-member' as const, member, parts: ['unit' as const], reason: '' },
  ]),
}

describe('a change that is prepared', () => {
  it('asks every binary for its flags before anything is prepared on its host', async () => {
    const { ran, context } = hosts(() => false)
    await stageRoll(plan, context)
    for (const name of names) {
      const own = ran.filter((line) => line.startsWith(`${name}:`))
      const at = (label: string) => own.indexOf(`${name}: ${label}`)
      expect(at('have etcd 3.6.14 read its flags')).toBeGreaterThanOrEqual(0)
      expect(at('prepare the change of the member')).toBeGreaterThan(at('have etcd 3.6.14 read its flags'))
    }
  })

  it('tells the journal of a host what was changed there, once it is done', async () => {
    const { ran, context } = hosts(() => false)
    const member = names[1]!
    const reason = 'the unit is not enabled'
    await correctHosts({ ...plan, steps: [{ kind: 'correct-host', member, reason }] }, context)
    expect(ran.at(-1)).toBe(`${member}: audit: correct host: ${reason}`)
    expect(ran.length).toBeGreaterThan(1)
  })

  it('is over only when all hosts are done, also where one refuses', async () => {
    const { ran, context } = hosts((member, label) => member === names[1] && label.includes('read its flags'))
    await expect(stageRoll(plan, context)).rejects.toThrow(
      /does not take the flags .*: flag provided but not defined: --x; no member was restarted/,
    )
    expect(ran).not.toContain(`${names[1]}: prepare the change of the member`)
    for (const name of [names[0], names[2]])
      expect(ran).toContain(`${name}: prepare the change of the member`)
  })
})
