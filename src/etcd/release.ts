import { Failure } from '../failure.js'
import digests from './release-digests.json'

/** Architectures etcd publishes for Linux, by its own names. */
export type Arch = 'amd64' | 'arm64' | 'ppc64le' | 's390x'

const ARCH_OF_MACHINE: ReadonlyMap<string, Arch> = new Map([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
])

/** The architecture of a `uname -m`; throws Failure where etcd publishes no binaries for it. `where`: the host, for the message. */
export const archOfMachine = (machine: string, where?: string): Arch => {
  const arch = ARCH_OF_MACHINE.get(machine)
  if (arch) return arch
  throw new Failure({
    what: `no etcd release for the machine type ${machine === '' ? '(unknown)' : machine}`,
    where,
    why: `etcd publishes Linux binaries for ${[...ARCH_OF_MACHINE.keys()].join(', ')} only`,
    next: 'use a host of one of these types',
  })
}

/** Where a release's archive is, and what is in it (scripts/build-binary.sh of etcd). */
export interface ReleaseArchive {
  /** `etcd-v3.6.14-linux-amd64.tar.gz`. */
  readonly fileName: string
  /** The one directory in it. */
  readonly folder: string
  readonly url: string
  /** The mirror's list of digests for this version. */
  readonly sumsUrl: string
}

/** `version` is X.Y.Z; `baseUrl` has no trailing slash. */
export const releaseArchive = (baseUrl: string, version: string, arch: Arch): ReleaseArchive => {
  const folder = `etcd-v${version}-linux-${arch}`
  const fileName = `${folder}.tar.gz`
  return {
    fileName,
    folder,
    url: `${baseUrl}/v${version}/${fileName}`,
    sumsUrl: `${baseUrl}/v${version}/SHA256SUMS`,
  }
}

/** SHA-256 (lower-case hex) of upstream's archive as known to this action; undefined for releases it does not know. */
export const pinnedDigest = (version: string, arch: Arch): string | undefined => {
  const known: Readonly<Record<string, Readonly<Record<string, string>>>> = digests.sha256
  return Object.hasOwn(known, version) ? known[version]?.[arch] : undefined
}

/** The digest of one file in a SHA256SUMS text (`<64 hex>  <file>` or `<64 hex> *<file>`); undefined where it is not in it. */
export const digestInSums = (sums: string, fileName: string): string | undefined => {
  for (const line of sums.split(/\r?\n/)) {
    const match = /^([0-9a-fA-F]{64}) [ *](?:\.\/)?(.+)$/.exec(line.trimEnd())
    if (match?.[2] === fileName) return match[1]?.toLowerCase()
  }
  return undefined
}
