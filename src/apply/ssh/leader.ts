import { adviceOnRefusal } from '../../cluster/authentication.js'
import type { Answer } from '../../cluster/answers.js'
import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import {
  endpointStatus,
  memberList,
  moveLeader,
  type EtcdctlCommand,
  type EtcdctlResult,
} from '../../etcd/etcdctl.js'
import { answerOf, statusAnswer } from '../../etcd/outcome.js'
import { parseMemberList } from '../../etcd/responses.js'
import { Failure } from '../../failure.js'
import { etcdctlOn } from '../../host/etcdctl.js'
import { accessOf } from '../../observe/cluster.js'
import type { HostSession } from '../../ssh/port.js'

/**
 * Hands leadership from one member to another with etcd's own move-leader, on the host and the endpoint of the one that leads;
 * etcd answers when it is done. Nothing is wrong where the other one leads already. Throws Failure with etcd's reason.
 */
export const handOver = async (
  desired: Pick<Desired, 'layout'>,
  session: HostSession,
  from: Member,
  to: Member,
): Promise<void> => {
  const access = accessOf(desired, from.clientUrl)
  const call = async <T>(
    { argv, timeoutMs }: EtcdctlCommand,
    read: (result: EtcdctlResult) => Answer<T>,
  ): Promise<Answer<T>> => read(await etcdctlOn(session)(argv, timeoutMs))
  const failure = (why: string): Failure =>
    new Failure({
      what: `cannot move the leadership to ${to.name}`,
      where: from.name,
      why,
      state: 'no member was restarted for it',
      next: adviceOnRefusal(why) ?? 'look at the health of both members, then run again',
    })

  const list = await call(memberList(access), (result) => answerOf(result, parseMemberList))
  if (!list.ok) throw failure(list.reason)
  const target = list.value.members.find(({ name }) => name === to.name)
  if (!target) throw failure(`it is not in the member list of ${from.name}`)

  const moved = await call(moveLeader(access, target.id), (result) => answerOf(result, () => undefined))
  if (moved.ok) return
  const status = await call(endpointStatus(access), (result) => statusAnswer(result, from.clientUrl))
  if (!status.ok || status.value.leader !== target.id) throw failure(moved.reason)
}
