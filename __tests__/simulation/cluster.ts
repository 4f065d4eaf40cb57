import { quorumOf } from '../../src/cluster/quorum.js'
import { createHost, entriesOf, walOf, type Build, type Host } from './host.js'
import { foundLife, hasWal, lifeFor, type Life } from './lives.js'
import { boot } from './machine.js'

export const TICK_MS = 200
export const AUTO_RESTART_MS = 5_000
const CLUSTER_VERSION_MS = 4_000
const ENTRIES_A_TICK = 500

/**
 * A small model of etcd on a few hosts, in virtual time: raft with elections, one independent writer, systemd units, the armed
 * timers of hosts. What breaks a law is written down at the tick at which it happens.
 */
export class Cluster {
  readonly hosts: readonly Host[]
  readonly violations: string[] = []
  now = 0
  leader: Host | undefined
  term = 1
  /** Highest entry that the writer was told is safe. */
  acknowledged = 0
  /** The life that these writes are of. */
  life: Life
  clusterVersion: string
  /** Someone added a member by hand that never started. */
  strangers = 0
  readonly #pids: { next: number } = { next: 100 }
  #electAt = 0
  #raiseAt: number | undefined
  readonly #random: () => number

  constructor(running: Build, staged: readonly Build[], random: () => number, guarded = true) {
    this.life = foundLife(0)
    this.hosts = staged.map((build, index) => createHost(index, running, build, this.life, guarded))
    this.clusterVersion = running.version
    this.#random = random
    for (const host of this.hosts) this.start(host)
  }

  get quorum(): number {
    return quorumOf(this.hosts.length)
  }

  /** Lets time pass. */
  advance(ms: number): void {
    const end = this.now + ms
    for (let next = nextTick(this.now); next <= end; next += TICK_MS) {
      this.now = next
      this.#tick()
    }
    this.now = end
  }

  isHealthy(host: Host): boolean {
    const behaviour = host.process?.build.behaviour
    // Who leads is by definition not behind.
    const leads = behaviour === 'lags' && this.leader === host
    const serves = behaviour === 'good' || behaviour === 'crashes' || behaviour === 'other-version' || leads
    return host.activeState === 'active' && serves && this.isReady(host)
  }

  isReady(host: Host): boolean {
    return Boolean(host.process?.voting && this.leader && host.process.build.behaviour !== 'deaf')
  }

  /** The guard refuses it where the WAL is gone; systemd does not try again then. */
  start(host: Host): void {
    host.againAt = undefined
    if (host.guarded && !hasWal(host)) {
      host.activeState = 'inactive'
      host.subState = 'dead'
      return
    }
    const pid = this.#pids.next++
    host.process = { pid, build: host.files, startedAt: this.now, voting: false, activeAt: undefined }
    host.activeState = 'activating'
    host.subState = 'start'
  }

  /** Ends the process. `gracefully`: SIGTERM, whereupon a leader hands over (server/embed/etcd.go Close). */
  takeDown(host: Host, by: 'us' | 'other', gracefully: boolean): void {
    if (this.isHealthy(host) || host.downBy === undefined) host.downBy = by
    host.process = undefined
    host.activeState = 'inactive'
    host.subState = 'dead'
    host.againAt = undefined
    if (this.leader !== host) return
    const heirs = this.#voting()
    this.leader = undefined
    this.#electAt = this.now + 1_000 + Math.floor(this.#random() * 1_000)
    if (gracefully && heirs.length >= this.quorum) this.#elect(heirs)
    this.#sample()
  }

  /** What `systemctl restart` does. */
  restart(host: Host, by: 'us' | 'other'): void {
    this.takeDown(host, by, true)
    if (by === 'us') host.stops++
    host.restarts = 0
    this.start(host)
    this.#sample()
  }

  moveLeader(to: Host): boolean {
    if (!to.process?.voting || to.process.build.behaviour === 'lags' || !this.leader) return false
    to.log[walOf(to.process)] = Math.max(entriesOf(to), entriesOf(this.leader))
    this.leader = to
    this.term++
    return true
  }

  /** What the timer does, and `revert`. */
  putBack(host: Host): void {
    if (host.timerAt !== undefined) host.prepared = false
    host.timerAt = undefined
    if (!host.kept) return
    host.files = host.kept
    host.kept = undefined
    host.putBack = true
    if (host.process?.pid !== host.notedPid || host.activeState !== 'active') this.restart(host, 'us')
  }

  #voting(): Host[] {
    return this.hosts.filter(({ process }) => process?.voting)
  }

  #tick(): void {
    for (const host of this.hosts) {
      if (host.bootedAt !== undefined && host.bootedAt > this.now) continue
      if (host.bootedAt !== undefined) boot(this, host)
      if (host.timerAt !== undefined && host.timerAt <= this.now) this.putBack(host)
      this.#runUnit(host)
    }
    this.#runRaft()
    this.#raiseVersion()
    this.#sample()
  }

  #runUnit(host: Host): void {
    if (host.againAt !== undefined && host.againAt <= this.now) this.start(host)
    const { process } = host
    if (!process) return
    const { behaviour, startMs, crashAfterMs, version } = process.build
    if (!process.voting) {
      if (this.now - process.startedAt < startMs) return
      if (behaviour === 'no-start' || isOlder(version, this.clusterVersion)) return this.#exit(host)
      if (behaviour === 'amnesia') host.otherWal = true
      else if (host.life === undefined) {
        const life = lifeFor(host, this.hosts, this.now)
        if (life === 'refused') return this.#exit(host)
        host.life = life
      }
      process.voting = true
    }
    if (process.activeAt === undefined && this.leader) {
      process.activeAt = this.now
      this.leader.life?.published.add(host.name)
      host.activeState = 'active'
      host.subState = 'running'
    }
    const age = process.activeAt === undefined ? 0 : this.now - process.activeAt
    if (behaviour === 'crashes' && age >= crashAfterMs) this.#exit(host)
  }

  #exit(host: Host): void {
    // A member that nobody has confirmed is down by our hand, whatever made it exit.
    this.takeDown(host, host.kept ? 'us' : 'other', false)
    host.activeState = 'activating'
    host.subState = 'auto-restart'
    host.restarts++
    host.againAt = this.now + AUTO_RESTART_MS
  }

  /** Kills the process; systemd starts it again. */
  kill(host: Host): void {
    if (host.process) this.#exit(host)
  }

  #runRaft(): void {
    const voting = this.#voting()
    if (voting.length < this.quorum) {
      this.leader = undefined
      return
    }
    if (!this.leader && this.now >= this.#electAt) this.#elect(voting)
    if (!this.leader) return
    const head = entriesOf(this.leader) + 1
    for (const host of voting) {
      const takes = host === this.leader || !['lags', 'amnesia'].includes(host.process!.build.behaviour)
      const wal = walOf(host.process!)
      if (takes) host.log[wal] = Math.min(head, host.log[wal] + ENTRIES_A_TICK)
    }
    if (voting.filter((host) => entriesOf(host) >= head).length >= this.quorum) this.acknowledged = head
  }

  /** The one with the longest log gets the votes (raft 5.4.1). */
  #elect(voting: readonly Host[]): void {
    const [winner] = [...voting].sort((a, b) => entriesOf(b) - entriesOf(a))
    this.leader = winner
    this.term++
    const head = entriesOf(winner!)
    if (winner!.life !== this.life && this.acknowledged > 0) {
      this.violations.push(
        `law 1: ${winner!.name} leads a cluster founded anew, without ${this.acknowledged} acknowledged writes`,
      )
    } else if (head < this.acknowledged) {
      this.violations.push(
        `law 1: ${winner!.name} leads with ${head} of ${this.acknowledged} acknowledged writes`,
      )
    }
    if (winner!.life !== this.life || head < this.acknowledged) this.acknowledged = head
    this.life = winner!.life ?? this.life
    for (const host of voting) {
      const wal = walOf(host.process!)
      host.log[wal] = Math.min(host.log[wal], head)
    }
  }

  /** server/etcdserver/version/monitor.go: the leader asks all members every 4 s. */
  #raiseVersion(): void {
    const voting = this.#voting()
    const isHigher = ({ process }: Host) => isOlder(this.clusterVersion, process!.build.version)
    const all = voting.length === this.hosts.length && this.leader !== undefined && this.strangers === 0
    if (!all || !voting.every(isHigher)) this.#raiseAt = undefined
    else if (this.#raiseAt === undefined) this.#raiseAt = this.now + CLUSTER_VERSION_MS
    else if (this.#raiseAt <= this.now) this.clusterVersion = voting[0]!.process!.build.version
  }

  #sample(): void {
    for (const host of this.hosts) {
      if (this.isHealthy(host)) {
        host.unhealthySince = undefined
        host.downBy = undefined
      } else host.unhealthySince ??= this.now
    }
    if (this.hosts.reduce((count, { downBy }) => (downBy === 'us' ? count + 1 : count), 0) > 1) {
      const down = this.hosts.filter(({ downBy }) => downBy === 'us')
      this.violations.push(`law 2: down by our hand at once: ${down.map(({ name }) => name).join(', ')}`)
    }
  }
}

const nextTick = (now: number): number => (Math.floor(now / TICK_MS) + 1) * TICK_MS

/** By minor. */
const isOlder = (a: string, b: string): boolean => minorNumber(a) < minorNumber(b)

const minorNumber = (version: string): number => Number(version.split('.')[1])
