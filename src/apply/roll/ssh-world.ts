import { setTimeout as pause } from 'node:timers/promises'
import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import { audit } from '../../host/audit.js'
import { armRevert, disarm, revertNow } from '../../host/confirm.js'
import { etcdctlOn } from '../../host/etcdctl.js'
import { restartService } from '../../host/service.js'
import { swapStaged } from '../../host/swap.js'
import { accessOf } from '../../observe/cluster.js'
import { hashKvOf } from '../../observe/hash-kv.js'
import type { HostSession } from '../../ssh/port.js'
import type { RollWorld, WriteGap } from './port.js'
import { handOver } from './ssh-leader.js'
import { lookOverSsh } from './ssh-look.js'

export interface SshWorld {
  readonly desired: Pick<Desired, 'layout' | 'members'>
  /** In any order; a member without one cannot be touched, and is seen as its neighbours see it. */
  readonly sessions: readonly HostSession[]
  /** For the hosts' journals; empty where unknown. */
  readonly run: { readonly url: string; readonly actor: string }
  /** Runs the user's command on the runner; throws where it fails. */
  readonly hook: (when: 'before' | 'after', member: Member) => Promise<void>
  /** The canary's figures; undefined where none runs. */
  readonly writeGap: () => WriteGap | undefined
  /** Told before a member is put back: what it says on the new version is lost among later lines. Must not throw. */
  readonly beforeRevert?: (session: HostSession) => Promise<void>
  readonly say: (line: string) => void
}

/**
 * The real world of a roll: hosts over SSH. What is to be swapped in has to be staged on each host (`stageNext`). See RollWorld
 * for what each call means; all throw Failure.
 */
export const sshWorld = ({
  desired,
  sessions,
  run,
  hook,
  writeGap,
  beforeRevert,
  say,
}: SshWorld): RollWorld => {
  const { layout, members } = desired
  const told = new Set<string>()
  const byName = new Map(sessions.map((session) => [session.member, session]))
  const sessionOf = (name: string): HostSession => {
    const session = byName.get(name)
    if (!session) throw new Error(`there is no session for ${name}`)
    return session
  }
  const memberOf = (name: string): Member => {
    const member = members.find((candidate) => candidate.name === name)
    if (!member) throw new Error(`there is no member ${name}`)
    return member
  }
  return {
    now: () => performance.now(),
    sleep: (ms, wake) => pause(ms, undefined, wake ? { signal: wake } : {}).catch(() => undefined),
    look: () => lookOverSsh({ desired, sessionOf: (name) => byName.get(name) }),
    hashKv: () =>
      hashKvOf(
        members.map(({ name, clientUrl }) => ({
          name,
          run: etcdctlOn(sessionOf(name)),
          access: accessOf(desired, clientUrl),
        })),
      ),
    moveLeader: (from, to) => handOver(desired, sessionOf(from), memberOf(from), memberOf(to)),
    arm: (name, seconds) => armRevert(sessionOf(name), layout, Math.ceil(seconds)),
    swap: (name) => swapStaged(sessionOf(name), layout),
    restart: (name) => restartService(sessionOf(name), layout.serviceName),
    disarm: (name) => disarm(sessionOf(name), layout),
    revert: async (name) => {
      // Once: a revert is tried again where the connection is bad.
      if (!told.has(name)) await beforeRevert?.(sessionOf(name))
      told.add(name)
      await revertNow(sessionOf(name), layout)
    },
    hook: (when, name) => hook(when, memberOf(name)),
    audit: (name, what) => audit(sessionOf(name), { what, run: run.url, actor: run.actor }),
    writeGap,
    say,
  }
}
