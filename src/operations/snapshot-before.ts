import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ApplyContext } from '../apply/context.js'
import { takeSnapshot } from '../apply/snapshot.js'
import type { Answer, StatusEntry } from '../cluster/answers.js'
import { type EtcdctlAccess, endpointStatus } from '../etcd/etcdctl.js'
import { statusAnswer } from '../etcd/outcome.js'
import { Failure } from '../failure.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { fetchFile } from '../host/fetch-file.js'
import { accessOf } from '../observe/cluster.js'
import type { Plan } from '../plan/plan.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from '../run/run.js'

export interface SnapshotWork {
  readonly plan: Plan
  readonly context: ApplyContext
  /** Sessions that go on working after a cancel. */
  readonly steady: readonly HostSession[]
}

/** Takes the snapshot that the plan asks for, if it does, and copies it to the runner where that is wished. Throws Failure. */
export const snapshotBefore = async (run: Run, { plan, context, steady }: SnapshotWork): Promise<void> => {
  const step = plan.steps.find(({ kind }) => kind === 'take-snapshot')
  if (step?.kind !== 'take-snapshot') return
  const { desired } = run.inputs
  const member = desired.members.find(({ name }) => name === step.member)
  const session = context.hosts.find((host) => host.member.name === step.member)?.session
  const access = member && accessOf(desired, member.clientUrl)
  const answer = session && access ? await statusFrom(session, access) : undefined
  if (!session || !access || !answer?.ok) {
    throw new Failure({
      what: 'cannot take a snapshot',
      where: step.member,
      why: answer?.ok === false ? answer.reason : 'there is no such member',
      state: 'no member was touched',
      next: 'look at that member, then run again',
      member: step.member,
    })
  }
  const { binDir } = desired.layout
  const source = { session, access, binDir, status: answer.value }
  const taken = await takeSnapshot(source, desired.snapshot, run.startedAt)
  run.progress.snapshot = taken
  run.ci.notice(`snapshot of ${taken.member}: ${taken.path}, revision ${taken.revision}, ${taken.size} bytes`)
  const from = steady.find((candidate) => candidate.member === step.member)
  if (desired.snapshot.download === '' || !from) return
  await mkdir(desired.snapshot.download, { recursive: true })
  const to = join(desired.snapshot.download, basename(taken.path))
  await fetchFile(from, { path: taken.path, to, sha256: taken.sha256, size: taken.size })
  run.ci.info(`copied to ${to}`)
}

const statusFrom = async (session: HostSession, access: EtcdctlAccess): Promise<Answer<StatusEntry>> => {
  const { argv, timeoutMs } = endpointStatus(access)
  return statusAnswer(await etcdctlOn(session)(argv, timeoutMs), access.endpoint)
}
