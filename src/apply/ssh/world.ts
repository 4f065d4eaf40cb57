import { setTimeout as pause } from 'node:timers/promises'
import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import { NO_WORDS, type LastWords } from '../../etcd/last-words.js'
import { audit } from '../../host/audit.js'
import { armRevert, disarm, revertNow } from '../../host/confirm.js'
import { etcdctlOn } from '../../host/etcdctl.js'
import { leftChange } from '../../host/left-change.js'
import { restartService } from '../../host/service.js'
import { swapStaged } from '../../host/swap.js'
import { accessOf } from '../../observe/cluster.js'
import type { GatewayReader } from '../../observe/gateway-reader.js'
import { hashKvOf } from '../../observe/hash-kv.js'
import type { HostSession } from '../../ssh/port.js'
import type { RollWorld, WriteGap } from '../engine/port.js'
import { handOver } from './leader.js'
import { lookOverSsh } from './look.js'

export interface SshWorld {
  readonly desired: Pick<Desired, 'layout' | 'members'>
  /** In any order; a member without one cannot be touched, and is seen as its neighbours see it. */
  readonly sessions: readonly HostSession[]
  /** A quicker way to ask a member how it is than etcdctl; undefined where there is none. */
  readonly gatewayOf?: (name: string) => GatewayReader | undefined
  /** For the hosts' journals; empty where unknown. */
  readonly run: { readonly url: string; readonly actor: string }
  /** Runs the user's command on the runner; throws where it fails. */
  readonly hook: (when: 'before' | 'after', member: Member) => Promise<void>
  /** The canary's figures; undefined where none runs. */
  readonly writeGap: () => WriteGap | undefined
  /** Shows what the member's process said since it was started last, and gives the gist of it; without it nothing is known. */
  readonly lastWords?: (session: HostSession) => Promise<LastWords>
  readonly say: (line: string) => void
}

/**
 * The real world of a roll: hosts over SSH. What is to be swapped in has to be staged on each host (`stageNext`). See RollWorld
 * for what each call means; all throw Failure.
 */
export const sshWorld = ({
  desired,
  sessions,
  gatewayOf = () => undefined,
  run,
  hook,
  writeGap,
  lastWords,
  say,
}: SshWorld): RollWorld => {
  const { layout, members } = desired
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
    look: () => lookOverSsh({ desired, sessionOf: (name) => byName.get(name), gatewayOf }),
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
      await revertNow(sessionOf(name), layout)
    },
    leftChange: (name) => leftChange(sessionOf(name), layout),
    lastWords: (name) => lastWords?.(sessionOf(name)) ?? Promise.resolve(NO_WORDS),
    hook: (when, name) => hook(when, memberOf(name)),
    audit: (name, what) => audit(sessionOf(name), { what, run: run.url, actor: run.actor }),
    writeGap,
    say,
  }
}
