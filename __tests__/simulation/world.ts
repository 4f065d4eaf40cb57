import { NO_WORDS } from '../../src/etcd/last-words.js'
import { Failure } from '../../src/failure.js'
import type { RollWorld } from '../../src/apply/engine/port.js'
import type { Cluster } from './cluster.js'
import type { Host } from './host.js'
import type { Life } from './lives.js'
import { loseDisk, switchOff, switchOn } from './machine.js'
import { viewOf } from './look.js'
import type { Event, RunOfScenario } from './scenario.js'

/** A call that had its effect. */
export interface Done {
  readonly name: string
  readonly member: string
  readonly at: number
  /** The member that led, and whether the run had been cancelled by then. */
  readonly leader: string
  readonly cancelled: boolean
}

/** One run's world: the model, reached over connections that fail, by a runner that may die. */
export interface SimulatedRun {
  readonly world: RollWorld
  readonly signal: AbortSignal
  /** Resolves when the runner dies; the engine is never heard of again. */
  readonly died: Promise<'died'>
  readonly done: readonly Done[]
  readonly said: readonly string[]
}

const MOST_CALLS = 5_000
const SLOW_MS = 9_000

export const startRun = (
  cluster: Cluster,
  { faults, events }: RunOfScenario,
  random: () => number,
): SimulatedRun => {
  const controller = new AbortController()
  const done: Done[] = []
  const said: string[] = []
  const upcoming = events.map((event) => ({ ...event, atMs: event.atMs + cluster.now }))
  let calls = 0
  let lookedAt = -1
  let healthyThen: readonly string[] = []
  let ledThen: Life | undefined
  let die: (word: 'died') => void = () => undefined
  const died = new Promise<'died'>((resolve) => (die = resolve))
  const dead = (): Promise<never> => {
    die('died')
    return new Promise<never>(() => undefined)
  }

  const pass = (ms: number): void => {
    const end = cluster.now + ms
    for (;;) {
      const next = upcoming.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0]
      if (!next) break
      upcoming.splice(upcoming.indexOf(next), 1)
      cluster.advance(Math.max(0, next.atMs - cluster.now))
      happen(cluster, next, random)
    }
    cluster.advance(Math.max(0, end - cluster.now))
  }

  const call = async <T>(name: string, member: string, effect: () => T): Promise<T> => {
    const kinds = faults.filter((fault) => fault.call === calls + 1).map(({ kind }) => kind)
    if (++calls > MOST_CALLS) {
      cluster.violations.push('the engine never ends')
      return dead()
    }
    const lost = () =>
      new Failure({ what: `${name}: the connection was lost`, state: 'the outcome is unknown' })
    if (kinds.includes('cancel')) controller.abort()
    pass(5 + random() * 20)
    if (kinds.includes('die-before')) return dead()
    if (kinds.includes('slow')) pass(random() * SLOW_MS)
    const cut = cluster.hosts.some((host) => host.name === member && host.cutUntil > cluster.now)
    if (kinds.includes('lost-before') || cut) throw lost()
    const value = effect()
    done.push({
      ...{ name, member, at: cluster.now, cancelled: controller.signal.aborted },
      leader: cluster.leader?.name ?? '',
    })
    pass(5 + random() * 20)
    if (kinds.includes('die-after')) return dead()
    if (kinds.includes('lost-after')) throw lost()
    return value
  }

  const onHost = <T>(name: string, member: string, effect: (host: Host) => T): Promise<T> =>
    call(name, member, () => effect(cluster.hosts.find((host) => host.name === member)!))

  /**
   * Law 2, for a member that is about to be stopped while it serves: what the last look could show counts, of it and of the others,
   * as nobody can know what happens while a slow call is on its way.
   */
  const stops = (host: Host): void => {
    const sick = cluster.hosts.find(
      (other) =>
        other !== host && other.unhealthySince !== undefined && other.unhealthySince < lookedAt - 200,
    )
    if (sick && cluster.isHealthy(host) && healthyThen.includes(host.name)) {
      cluster.violations.push(`law 2: ${host.name} restarted while ${sick.name} was unhealthy`)
    }
  }

  /**
   * Data of one life among members of another, which the last look could show: those had a quorum, and told a member list in which
   * this one has never been up.
   */
  const intoOtherLife = ({ name, life }: Host): void => {
    if (ledThen === undefined || life === undefined || ledThen === life || ledThen.published.has(name)) return
    cluster.violations.push(`law 1: ${name} was started with its data into a cluster that was founded anew`)
  }

  const world: RollWorld = {
    now: () => cluster.now,
    sleep: async (ms, wake) => {
      if (wake?.aborted) return
      const kinds = faults.filter((fault) => fault.call === calls + 1).map(({ kind }) => kind)
      calls++
      if (kinds.includes('die-before') || kinds.includes('die-after')) return dead()
      if (kinds.includes('cancel')) controller.abort()
      pass(kinds.includes('cancel') && wake ? ms / 2 : ms)
    },
    look: async () => {
      let at = 0
      let healthy: readonly string[] = []
      let led: Life | undefined
      const view = await call('look', '', () => {
        at = cluster.now
        led = cluster.leader?.life
        healthy = cluster.hosts.filter((host) => cluster.isHealthy(host)).map(({ name }) => name)
        return viewOf(cluster)
      })
      lookedAt = at
      healthyThen = healthy
      ledThen = led
      return view
    },
    hashKv: () =>
      call('hashKv', '', () => {
        if (cluster.hosts.some((host) => !cluster.isReady(host)))
          throw new Failure({ what: 'a member did not answer' })
        return cluster.hosts.map(({ name, life }) => ({
          ...{ member: name, hash: String(life?.foundedAt), compactRevision: '1' },
        }))
      }),
    moveLeader: (from, to) =>
      onHost('moveLeader', from, (host) => {
        const heir = cluster.hosts.find(({ name }) => name === to)!
        if (cluster.leader !== host || !cluster.moveLeader(heir)) throw new Failure({ what: 'not leader' })
      }),
    arm: (member, seconds) =>
      onHost('arm', member, (host) => {
        host.timerAt = cluster.now + seconds * 1000
        host.putBack = false
        if (!host.kept) host.notedPid = host.process?.pid ?? 0
      }),
    swap: (member) =>
      onHost('swap', member, (host) => {
        if (host.timerAt === undefined) throw new Failure({ what: 'no timer is armed' })
        if (!host.prepared) throw new Failure({ what: 'nothing is prepared there' })
        if (host.files === host.staged) return
        host.kept ??= host.files
        host.files = host.staged
      }),
    restart: (member) =>
      onHost('restart', member, (host) => {
        stops(host)
        intoOtherLife(host)
        cluster.restart(host, 'us')
      }),
    disarm: (member) =>
      onHost('disarm', member, (host) => {
        host.timerAt = undefined
        host.prepared = false
        if (host.putBack) return 'reverted'
        host.kept = undefined
        return 'confirmed'
      }),
    revert: (member) =>
      onHost('revert', member, (host) => {
        if (host.kept && (host.process?.pid !== host.notedPid || host.activeState !== 'active')) stops(host)
        cluster.putBack(host)
      }),
    lastWords: (member) => onHost('lastWords', member, () => NO_WORDS),
    hook: (when, member) => call(`hook-${when}`, '', () => void member),
    audit: (member) => onHost('audit', member, () => undefined),
    writeGap: () => undefined,
    say: (line) => void said.push(line),
  }
  return { world, signal: controller.signal, died, done, said }
}

const happen = (cluster: Cluster, { kind, host: index }: Event, random: () => number): void => {
  const { hosts } = cluster
  const host = hosts[index % hosts.length]!
  const boot = (each: Host): void => {
    switchOff(cluster, each)
    switchOn(cluster, each, 2_000 + random() * 8_000)
  }
  const touched = kind === 'reboot-all' || kind === 'exchange' ? hosts : [host]
  // Whoever stops a member has it down from then on, also one that was down by our hand.
  if (!['move-leader', 'add-member', 'cut'].includes(kind)) for (const each of touched) each.downBy = 'other'
  if (kind === 'kill') cluster.kill(host)
  else if (kind === 'stop') cluster.takeDown(host, 'other', true)
  else if (kind === 'move-leader') cluster.moveLeader(host)
  else if (kind === 'add-member') cluster.strangers++
  else if (kind === 'cut') host.cutUntil = cluster.now + 20_000
  else if (kind === 'lose-disk') loseDisk(cluster, host)
  else if (kind === 'reboot' || kind === 'reboot-all') touched.forEach(boot)
  else exchange(cluster, hosts.indexOf(host), boot, random() < 0.5)
}

/** Blank disks for a quorum, all switched off, and those hosts first on again, or all of them. */
const exchange = (cluster: Cluster, first: number, boot: (host: Host) => void, together: boolean): void => {
  const { hosts, quorum } = cluster
  const order = hosts.map((_, offset) => hosts[(first + offset) % hosts.length]!)
  for (const host of order.slice(0, quorum)) loseDisk(cluster, host)
  for (const host of order) switchOff(cluster, host)
  for (const host of together ? order : order.slice(0, quorum)) boot(host)
}
