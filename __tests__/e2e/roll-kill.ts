import { setTimeout as sleep } from 'node:timers/promises'
import { type Fate, type Gates, openGates } from '../../lab/gate.js'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult, start, type StartedRun, type StartOptions } from '../../lab/runner.js'
import { brokenSafety } from '../laws/outside.js'
import { VERSION } from './lab.js'
import { outsideClient } from './cluster-at-work.js'
import { etcdctl } from './roll-faults.js'
import type { KillPoint, Recorded } from './roll-kill-points.js'
import { attend } from './roll-watch.js'
import { makeToolCache } from './shape.js'

/** The two states between which the victims are rolled: release and flag differ, so that a roll has all its parts. */
const TARGETS = [
  { version: '3.5.16', flag: '--heartbeat-interval=100' },
  { version: VERSION, flag: '--heartbeat-interval=120' },
] as const
type Target = (typeof TARGETS)[number]

const HEALTH_TIMEOUT_S = 10
/** The host's own timer: health-timeout, soak, and the minute that the engine leaves besides. */
const TIMER_S = HEALTH_TIMEOUT_S + 60
/** For the restart of a member that was put back, on a busy machine. */
const RESTART_S = 20

/** How a cluster got over something that was done to its roll. */
export interface Endured {
  /** Seconds until the hosts were well by themselves; undefined where the next run began at once. */
  readonly healedAfterS: number | undefined
  /** What is not as it should be; empty: all is. */
  readonly problems: readonly string[]
}

/** What a roll is disturbed at: the `turn`-th command of that name, counted from 1. All others run. */
export interface Disturbance {
  readonly command: string
  readonly turn: number
  readonly act: (started: StartedRun, host: number) => Fate | Promise<Fate>
}

/** Three members that are rolled to and fro while others write to them. */
export interface Victims {
  readonly hosts: readonly number[]
  record(): Promise<readonly Recorded[]>
  /** Begins the next roll and lets `act` loose on it; resolves when it has ended. Inside of `endure`. */
  disturb(disturbance: Disturbance, options?: StartOptions): Promise<RunResult>
  /**
   * Does something to a roll, lets the hosts heal by themselves or does not, and runs it once more, which has to make all that is left
   * as asked. What is thrown by `work` is thrown after all that, so that the next roll begins at a whole cluster.
   */
  endure(work: () => Promise<unknown>, next: KillPoint['next']): Promise<Endured>
  kill(point: KillPoint): Promise<Endured>
  close(): Promise<void>
}

/** On blank hosts, with a cache of the runner's own. */
export const makeVictims = async (lab: Lab, hosts: readonly number[]): Promise<Victims> => {
  await lab.command('reset', ...hosts.map(String))
  const { options, remove } = await makeToolCache()
  const addresses = hosts.map((host) => lab.hosts[host - 1]!.address)
  const client = await outsideClient(lab)
  const inputs = async () => ({
    ...(await lab.inputs(hosts, target.version)),
    ...{ 'etcd-args': target.flag, 'health-timeout': `${HEALTH_TIMEOUT_S}s`, soak: '0s' },
    ...{ snapshot: 'always', 'snapshot-keep': '1' },
  })
  const onAll = (line: string | ((host: number) => string)): Promise<readonly string[]> =>
    Promise.all(hosts.map((host) => lab.on(host, typeof line === 'string' ? line : line(host))))
  let target: Target = TARGETS[0]
  const gates: Gates = await openGates(lab, hosts)
  const deployed = await run(await inputs(), options)
  if (deployed.exitCode !== 0) throw new Error(deployed.outputs['failure'])

  /** From now on the other one is asked for, whose release has to be sent again. */
  const turnAround = async (): Promise<void> => {
    target = TARGETS.find((other) => other !== target)!
    await onAll(`rm -rf /opt/kube/bin/.etcd/v${target.version}-*`)
  }
  const isAsAsked = async (): Promise<boolean> =>
    (await onAll(`readlink /proc/$(pidof etcd)/exe; tr '\\0' '\\n' </proc/$(pidof etcd)/cmdline`)).every(
      (seen) => seen.includes(`/v${target.version}-`) && seen.includes(target.flag),
    )
  const told = (said: readonly string[]): readonly string[] =>
    said.flatMap((text, at) =>
      text === '' ? [] : [`host ${hosts[at]}: ${text.trim().replaceAll('\n', ', ')}`],
    )
  const unwell = async (): Promise<readonly string[]> =>
    told(await onAll((host) => `${WELL}\n${etcdctl(lab, host)} get x >/dev/null || echo serves no reads`))
  const left = async (): Promise<readonly string[]> => told(await onAll(LEFT))

  /** The complaints that are left after so long, and how many seconds it took until there were none. */
  const until = async (look: () => Promise<readonly string[]>, seconds: number) => {
    const began = performance.now()
    for (;;) {
      const seen = await look().catch((error: unknown) => [String(error)])
      const took = (performance.now() - began) / 1000
      if (seen.length === 0 || took > seconds) return { seen, took }
      // Each look costs the hosts some processes, and timers take a minute.
      await sleep(took < 3 ? 200 : 2000)
    }
  }

  const goOn = async (next: KillPoint['next']): Promise<Endured> => {
    const problems: string[] = []
    let healedAfterS: number | undefined
    if (next === 'healed') {
      const { seen, took } = await until(unwell, TIMER_S + RESTART_S)
      healedAfterS = took
      problems.push(...seen.map((said) => `not healed: ${said}`))
    }
    const unconfirmed = (await onAll(`ls -d ${STATE}/previous 2>/dev/null || :`)).join('') !== ''
    const isDue = unconfirmed || !(await isAsAsked())
    const again = await run(await inputs(), options)
    const { changed, healthy, failure } = again.outputs
    if (again.exitCode !== 0 || healthy !== 'true') problems.push(`the next run failed: ${failure}`)
    else if (changed !== String(isDue)) problems.push(`the next run says changed=${changed}`)
    if (!(await isAsAsked())) problems.push('not all members are as asked after the next run')
    const after = await until(async () => [...(await unwell()), ...(await left())], 10)
    problems.push(...after.seen.map((said) => `after the next run: ${said}`))
    return { healedAfterS, problems }
  }

  const disturb: Victims['disturb'] = async ({ command, turn, act }, more = {}) => {
    const started = await start(await inputs(), { ...options, ...more })
    let turns = 0
    gates.decide(({ name, host }) => (name === command && ++turns === turn ? act(started, host) : 'run'))
    return started.done
  }

  const endure: Victims['endure'] = async (work, next) => {
    await turnAround()
    const { result, ...seen } = await attend({ addresses, client }, async () => {
      const [worked] = await Promise.allSettled([work()])
      gates.decide(() => 'run')
      const endured = await goOn(next)
      if (worked.status === 'rejected') throw worked.reason
      return endured
    })
    return { ...result, problems: [...result.problems, ...brokenSafety(seen)] }
  }

  return {
    hosts,
    disturb,
    endure,
    record: async () => {
      const recorded: { name: string; bytes: number; host: number }[] = []
      gates.decide(
        ({ name, host }) => {
          recorded.push({ name, host, bytes: 0 })
          return 'count'
        },
        ({ name, host }, bytes) => {
          const entry = recorded.find((one) => one.name === name && one.host === host && one.bytes === 0)
          if (entry) entry.bytes = bytes
        },
      )
      await turnAround()
      const result = await run(await inputs(), options)
      gates.decide(() => 'run')
      if (result.exitCode !== 0) throw new Error(result.outputs['failure'])
      return recorded
    },
    kill: async ({ command, turn, fate, afterMs, next }) => {
      let died = false
      const act = async (started: StartedRun): Promise<Fate> => {
        const kill = (): void => started.signal('SIGKILL')
        if (afterMs === undefined) {
          kill()
          await started.done
        } else void sleep(afterMs).then(kill)
        return fate
      }
      const endured = await endure(async () => {
        died = (await disturb({ command, turn, act }, { post: false })).signal === 'SIGKILL'
      }, next)
      if (died) return endured
      return { ...endured, problems: ['the run ended before it came to this point', ...endured.problems] }
    },
    close: async () => {
      await gates.close()
      await remove()
    },
  }
}

const STATE = '/var/lib/etcd-deploy/etcd'

/** Prints what is not well on a host, nothing where all is: no change in hand, no lock, and what runs is what the files say. */
const WELL = `
[ ! -e ${STATE}/previous ] || echo a change is unconfirmed
! systemctl is-active -q etcd-deploy-revert-etcd.timer etcd-deploy-revert-etcd.service || echo its timer is armed
for lock in /run/etcd-deploy-etcd.lock /run/etcd-deploy/etcd.lock; do
  [ ! -e $lock ] || flock -n $lock true || echo it is locked
done
[ "$(systemctl is-active etcd)" = active ] || echo etcd is "$(systemctl is-active etcd)"
[ "$(readlink /proc/$(pidof etcd)/exe)" = "$(readlink -f /opt/kube/bin/etcd)" ] || echo another binary runs
flag=$(grep -o -e '--heartbeat-interval=[0-9]*' /etc/systemd/system/etcd.service)
tr '\\0' ' ' </proc/$(pidof etcd)/cmdline | grep -q -e "$flag" || echo another unit runs`

/** Prints what a roll may not leave on a host. */
const LEFT = `
ls -A ${STATE} | grep -vx outcome
find /etc/systemd/system /run/systemd/system /etc/kubernetes/ssl /opt/kube/bin /var/backups/etcd -name '*etcd-deploy*' -o -name '.upload-*' -o -name '.link-*'
systemctl list-units --all --no-legend 'etcd-deploy*'
true`
