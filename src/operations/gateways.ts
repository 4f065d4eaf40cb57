import type { Agent } from 'node:http'
import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import { gatewayReader, type GatewayReader } from '../observe/gateway-reader.js'
import { forwardedAgent, type ForwardedTls } from '../ssh/forwarded-http.js'
import type { HostSession } from '../ssh/port.js'

/** Connections to the client port of a member, made by its own host; to be destroyed. */
export const memberAgent = (session: HostSession, member: Member, tls: ForwardedTls): Agent =>
  forwardedAgent(session, member.address, Number(new URL(member.clientUrl).port), tls)

/** A member and the session to its host. */
export interface Way {
  readonly member: Member
  readonly session: HostSession
}

export const waysTo = (
  { members }: Pick<Desired, 'members'>,
  sessions: readonly HostSession[],
): readonly Way[] =>
  sessions.flatMap((session) => {
    const member = members.find(({ name }) => name === session.member)
    return member ? [{ member, session }] : []
  })

export interface Gateways {
  /** undefined where there is none. */
  readonly of: (member: string) => GatewayReader | undefined
  close(): void
}

/** The JSON gateways of all members whose hosts can be reached, to ask them how they are; none without a client certificate. */
export const openGateways = (
  desired: Pick<Desired, 'members'>,
  sessions: readonly HostSession[],
  tls: ForwardedTls | undefined,
): Gateways => {
  const opened = tls
    ? waysTo(desired, sessions).map(({ member, session }) => {
        const agent = memberAgent(session, member, tls)
        return { name: member.name, agent, reader: gatewayReader(agent, member.clientUrl) }
      })
    : []
  return {
    of: (member) => opened.find(({ name }) => name === member)?.reader,
    close: () => opened.forEach(({ agent }) => agent.destroy()),
  }
}
