import { readFile, stat } from 'node:fs/promises'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import type { RollWorld } from '../../src/apply/engine/port.js'
import { sshWorld } from '../../src/apply/ssh/world.js'
import type { Desired } from '../../src/cluster/desired.js'
import { uploadArchive } from '../../src/host/release.js'
import { openAll } from '../../src/ssh/open-all.js'
import type { HostSession } from '../../src/ssh/port.js'
import { desiredOf } from '../etcd/desired.fixture.js'
import { e2eLab, VERSION } from './lab.js'

/** What the members are deployed with; VERSION is in their stores. */
export const DEPLOYED = '3.5.16'
const HOSTS = [1, 2, 3]

export interface ThreeMembers {
  readonly lab: Lab
  readonly desired: Desired
  /** SHA-256 of the archive of VERSION. */
  readonly sha256: string
  connect(hosts: readonly number[]): Promise<HostSession[]>
  worldOver(sessions: readonly HostSession[]): RollWorld
}

/** Deploys a cluster onto three fresh hosts with the action, and sends them a newer release that nothing uses yet. */
export const threeMembers = async (): Promise<ThreeMembers> => {
  const lab = await e2eLab()
  await lab.command('reset', 'all')
  const deployed = await run(await lab.inputs(HOSTS, DEPLOYED))
  if (deployed.exitCode !== 0) throw new Error(deployed.outputs['failure'])
  const desired = desiredOf({ addresses: HOSTS.map((host) => lab.hosts[host - 1]!.address) })
  const connect = async (hosts: readonly number[]): Promise<HostSession[]> =>
    openAll(
      hosts.map((host) => desired.members[host - 1]!),
      {
        auth: { privateKey: await readFile(lab.ssh.keyFile, 'utf8') },
        knownHosts: await readFile(lab.ssh.knownHostsFile, 'utf8'),
        hostKeyChecking: 'strict',
        jumps: [],
      },
    )
  const { file: archive, sha256 } = lab.mirror.archives[VERSION]!
  const { size } = await stat(archive)
  const release = { binDir: desired.layout.binDir, version: VERSION, sha256, archive, size, arch: 'amd64' }
  const sessions = await connect(HOSTS)
  await Promise.all(sessions.map((to) => uploadArchive(to, { ...release, timeoutMs: 60_000 })))
  await Promise.all(sessions.map((session) => session.close()))
  return {
    ...{ lab, desired, sha256, connect },
    worldOver: (over) =>
      sshWorld({
        desired,
        sessions: over,
        run: { url: 'https://ci.test/run/7', actor: 'octocat' },
        hook: () => Promise.resolve(),
        writeGap: () => undefined,
        say: () => undefined,
      }),
  }
}
