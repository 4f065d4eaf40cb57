import { createReadStream } from 'node:fs'
import type { HostSession } from '../ssh/port.js'
import { cannotRun } from './cannot-run.js'
import { releaseName, STORE } from '../cluster/places.js'
import { mustSucceed } from './refusal.js'
import { ACTIVATE_SCRIPT, INSTALLED_SCRIPT, UPLOAD_SCRIPT } from './release-scripts.js'

/** A release as it is to be on a host. */
export interface ReleasePlace {
  readonly binDir: string
  /** X.Y.Z without `v`. */
  readonly version: string
  /** SHA-256 of the archive as published, lower-case hex. */
  readonly sha256: string
}

export interface ReleaseArchive extends ReleasePlace {
  /** Path of the archive on the runner. */
  readonly archive: string
  /** Its size in bytes. */
  readonly size: number
  /** etcd's word for the architecture of the host: "amd64". */
  readonly arch: string
  /** At least the time for sending `size` bytes; milliseconds. */
  readonly timeoutMs: number
  /** Told every second how many bytes are on their way. */
  readonly onBytes?: (bytes: number) => void
}

/** e_machine of an ELF header, as its bytes lie there. */
const ELF_MACHINES: Readonly<Record<string, string>> = {
  '3e00': 'amd64',
  b700: 'arm64',
  '1500': 'ppc64le',
  '0016': 's390x',
  f300: 'riscv64',
}

/** Folder of an unpacked release on its host. */
export const releasePath = ({ binDir, version, sha256 }: ReleasePlace): string =>
  `${binDir}/${STORE}/${releaseName(version, sha256)}`

/** The release is unpacked on the host, and its binaries are as they were when they were checked. Cheap: nothing is hashed. */
export const releaseInstalled = async (session: HostSession, place: ReleasePlace): Promise<boolean> => {
  const result = await session.run({
    label: `look for etcd ${place.version}`,
    script: INSTALLED_SCRIPT,
    args: [releasePath(place)],
    timeoutMs: 15_000,
  })
  return result.code === 0
}

/**
 * Sends the archive, checks its digest there, unpacks it beside the other releases, checks that its etcd runs and is the
 * version asked for, and only then gives it its final name. What runs now is not touched. Leftovers of broken tries go.
 * Throws Failure; the host then has what it had before.
 */
export const uploadArchive = async (session: HostSession, release: ReleaseArchive): Promise<void> => {
  const { version, sha256, size, arch } = release
  const file = createReadStream(release.archive, { highWaterMark: 1 << 20 })
  const timer = setInterval(() => release.onBytes?.(file.bytesRead), 1000)
  const result = await session
    .run({
      label: `send etcd ${version}`,
      script: UPLOAD_SCRIPT,
      args: [`${release.binDir}/${STORE}`, releasePath(release), sha256, String(size), version],
      stdin: file,
      timeoutMs: release.timeoutMs,
    })
    .finally(() => clearInterval(timer))
  const said = result.stderr.trim().split('\n').at(-1) ?? ''
  mustSucceed(
    session,
    `cannot install etcd ${version}`,
    result,
    {
      21: {
        why: `the archive that arrived is not the one asked for: ${said}`,
        next: 'check the archive, download-base-url and archive-sha256',
      },
      22: { why: `the archive was cut off on the way: ${said}`, next: 'run again' },
      24: { why: `the archive holds no ${said}`, next: 'give a release archive as etcd publishes it' },
      25: cannotRun(said, release.binDir) ?? {
        why: `its etcd does not run on this host: ${said}`,
        next: `check that the archive is the one for this host's architecture (${arch}) and that its libraries are there`,
      },
      27: {
        why: `its etcd is built for ${ELF_MACHINES[said] ?? `another architecture (ELF machine ${said})`}, and this host is ${arch}`,
        next: `give the archive for ${arch}; in the name of archive, {arch} stands for the architecture of each host`,
      },
      26: { why: `the archive holds another version: ${said}`, next: 'check archive and version' },
    },
    'the release that was there is untouched',
  )
}

/**
 * Makes `bin-dir/{etcd,etcdctl,etcdutl}` links into the unpacked release, each by one rename; a link to an etcdutl that
 * this release does not have goes. A plain file in such a place is kept as `.etcd/replaced/NAME`.
 * True where anything changed. Running processes keep the binary they have.
 */
export const activateRelease = async (session: HostSession, place: ReleasePlace): Promise<boolean> => {
  const result = await session.run({
    label: `switch to etcd ${place.version}`,
    script: ACTIVATE_SCRIPT,
    args: [place.binDir, STORE, releaseName(place.version, place.sha256)],
    timeoutMs: 30_000,
  })
  mustSucceed(session, `cannot switch to etcd ${place.version}`, result, {
    21: { why: `${releasePath(place)} is not there`, next: 'run again: the archive is then sent anew' },
    22: {
      why: `${result.stderr.trim()} is a directory`,
      next: 'move it away: the binary of that name belongs there',
    },
  })
  return result.stdout.includes('changed')
}
