import { Failure, sentenceOf } from '../failure.js'
import { ensureDirectories } from '../host/directories.js'
import { removeBootstrapMarker, writeBootstrapMarker } from '../host/marker.js'
import { putUnit } from '../host/put-unit.js'
import { enableAndStart } from '../host/service.js'
import { bootstrapMarker } from '../plan/marker.js'
import type { Plan } from '../plan/plan.js'
import type { ApplyContext, HostAtWork } from './context.js'
import { judge } from './judge-pair.js'
import { executeHostStep, type HostStep, isHostStep } from './steps.js'
import { waitUntilActive } from './wait-active.js'

/**
 * Carries out a bootstrap plan: prepares all hosts at once, with a note on every one of them that a bootstrap begins, starts
 * all members together (none is ready alone, etcd server/etcdmain/etcd.go) and waits until each is. Throws Failure, which says
 * what state the hosts are in; a later run goes on from there. The notes stay until `confirmBootstrap`.
 */
export const bootstrap = async (plan: Plan, context: ApplyContext): Promise<void> => {
  await prepare(plan, context)
  const { desired, hosts, say, signal } = context
  const { serviceName } = desired.layout
  const names = plan.steps.flatMap((step) => (step.kind === 'start-members' ? step.members : []))
  const starting = hosts.filter(({ member }) => names.includes(member.name))

  if (starting.length > 0) say(`starting ${names.join(', ')}`)
  const telling: Promise<void>[] = []
  const start = async (host: HostAtWork): Promise<void> => {
    await enableAndStart(host.session, serviceName)
    // Nobody has to wait for that.
    telling.push(context.audit(host, `started as a member of a new cluster, etcd ${desired.release.version}`))
  }
  try {
    await onAll(starting, 'members that were started are left as they are', start, signal)
    await waitUntilActive(context).catch((error: unknown) => {
      throw error instanceof Failure && error === signal?.reason
        ? error.withState('the members were started and are left as they are')
        : error
    })
  } finally {
    await Promise.all(telling)
  }
}

/**
 * Fetches and checks every archive that the plan needs, on the runner: what fails here has changed nothing on any host.
 * Throws Failure.
 */
export const fetchReleases = async (plan: Plan, { hosts, materials }: ApplyContext): Promise<void> => {
  const needing = plan.steps.flatMap((step) =>
    step.kind === 'install-release' || (step.kind === 'roll-member' && step.parts.includes('release'))
      ? [step.member]
      : [],
  )
  const machines = hosts.filter(({ member }) => needing.includes(member.name)).map(({ machine }) => machine)
  try {
    await Promise.all([...new Set(machines)].map((machine) => materials.archiveFor(machine)))
  } catch (error) {
    throw error instanceof Failure ? error.withState('nothing was changed on any host') : error
  }
}

/**
 * Ends a bootstrap, once the whole cluster was seen healthy: from now on no member is started without its log, and the notes are taken
 * away. In this order: a host without data and without its note must be one that has lost them.
 */
export const confirmBootstrap = ({ desired, hosts, signal }: ApplyContext): Promise<void> =>
  onAll(
    hosts,
    'the cluster is healthy; the next run finishes the units and removes the notes',
    async ({ session, unit }) => {
      await putUnit(session, desired.layout, unit)
      await removeBootstrapMarker(session, desired.layout.serviceName)
    },
    signal,
  )

/**
 * Everything but the start, on every host: also the note, which has to be on all of them before the first member starts. Certificates
 * go last, once the etcd of every host has said that it takes its own: where one refuses, none is sent.
 */
const prepare = async (plan: Plan, context: ApplyContext): Promise<void> => {
  const { serviceName } = context.desired.layout
  const { hosts, materials, signal } = context
  const stepsOn = ({ member }: HostAtWork): readonly HostStep[] =>
    plan.steps.filter((step): step is HostStep => isHostStep(step) && step.member === member.name)
  const certificates = (host: HostAtWork): readonly HostStep[] =>
    stepsOn(host).filter(({ kind }) => kind === 'place-certificates')
  const work = async (host: HostAtWork): Promise<void> => {
    const steps = stepsOn(host)
    const first = steps.filter(({ kind }) => kind === 'create-user')
    const rest = steps.filter(({ kind }) => kind !== 'create-user' && kind !== 'place-certificates')
    for (const step of first) await executeHostStep(step, context, host)
    if (steps.length > first.length) await ensureDirectories(host.session, context.desired.layout)
    // The upload takes long and the key takes the processor: side by side.
    await together(
      [
        writeBootstrapMarker(host.session, serviceName, bootstrapMarker(context.desired)),
        ...rest.map((step) => executeHostStep(step, context, host)),
        ...certificates(host).map(async () => void (await materials.certificateFor(host.member))),
      ],
      { where: host.member.name, signal },
    )
    if (certificates(host).length > 0) await judgeNew(context, host)
  }
  await onAll(hosts, NOTHING_STARTED, work, signal)
  const placing = hosts.filter((host) => certificates(host).length > 0)
  const place = async (host: HostAtWork): Promise<void> => {
    for (const step of certificates(host)) await executeHostStep(step, context, host)
  }
  await onAll(placing, NOTHING_STARTED, place, signal)
}

const NOTHING_STARTED = 'no member was started by this run'

const judgeNew = async (context: ApplyContext, host: HostAtWork): Promise<void> =>
  judge(context, host, {
    caPem: context.desired.certificates.caPem,
    pair: await context.materials.certificateFor(host.member),
  }).catch((error: unknown) => {
    throw error instanceof Failure ? error.withState('no certificate was sent') : error
  })

/** Does something on all hosts at once, waits for all of them, and fails with every failure named. */
const onAll = async (
  hosts: readonly HostAtWork[],
  state: string,
  work: (host: HostAtWork) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> => {
  try {
    await together(hosts.map(work), { signal })
  } catch (error) {
    throw error instanceof Failure ? error.withState(state) : error
  }
}

const together = async (
  works: readonly Promise<void>[],
  { where, signal }: { readonly where?: string; readonly signal: AbortSignal | undefined },
): Promise<void> => {
  const outcomes = await Promise.allSettled(works)
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  )
  // What was only not begun, since the run was cancelled, is worth no line beside what went wrong.
  const stopped = reasons.filter((reason) => signal?.aborted === true && reason === signal.reason)
  const failed =
    stopped.length < reasons.length
      ? reasons.filter((reason) => !stopped.includes(reason))
      : stopped.slice(0, 1)
  if (failed.length <= 1) {
    if (failed.length === 1) throw failed[0]
    return
  }
  throw new Failure({
    what: `${failed.length} ${where === undefined ? 'hosts' : 'steps'} failed`,
    where,
    each: failed.map(sentenceOf),
    cause: new AggregateError(failed),
  })
}
