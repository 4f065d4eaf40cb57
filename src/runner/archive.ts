import { stat } from 'node:fs/promises'
import type { DesiredRelease } from '../cluster/desired.js'
import { digestInSums, pinnedDigest, releaseArchive, type Arch } from '../etcd/release.js'
import { Failure } from '../failure.js'
import { findCached, withPartialFile } from './cache.js'
import { sha256OfFile, whyNoArchive } from './digest.js'
import { downloadFile, downloadText, type DownloadLimits } from './download.js'
import { publicUrl } from './http-get.js'
import { progressLines } from './progress.js'

export interface ObtainOptions {
  readonly release: DesiredRelease
  readonly arch: Arch
  /** Folder on the runner; made if missing. */
  readonly cacheDir: string
  /** Lines about the download, now and then. */
  readonly onProgress?: ((line: string) => void) | undefined
  /** Warnings the user should see. */
  readonly warn: (message: string) => void
  readonly signal?: AbortSignal | undefined
  readonly limits?: Partial<DownloadLimits> | undefined
}

export interface ObtainedArchive {
  /** On the runner. */
  readonly path: string
  /** Lower-case hex. */
  readonly sha256: string
  readonly origin: 'archive' | 'download' | 'cache'
}

/** Where the digest comes from that an archive has to have. */
interface ExpectedDigest {
  readonly sha256: string
  /** As a clause: "the digest pinned for etcd 3.6.14". */
  readonly source: string
}

/**
 * The release archive for one architecture, on the runner and checked: the `archive` input, else from the cache, else
 * downloaded. The digest it must have is `archive-sha256`, else the one pinned for this release, else the one in the mirror's
 * SHA256SUMS (with a warning). Throws Failure; leaves nothing behind of an archive that is not what it should be.
 */
export const obtainArchive = async (options: ObtainOptions): Promise<ObtainedArchive> =>
  options.release.archive === '' ? fromMirror(options) : fromRunner(options)

const fromRunner = async ({ release, arch, warn, signal }: ObtainOptions): Promise<ObtainedArchive> => {
  const path = release.archive.replaceAll('{arch}', arch)
  const file = await stat(path).catch(() => undefined)
  if (!file?.isFile()) {
    throw new Failure({
      what: `archive: there is no file ${path} on the runner`,
      next: 'give the path of a release archive; {arch} in it stands for amd64, arm64, ppc64le or s390x',
    })
  }
  const wrong = await whyNoArchive(path)
  if (wrong) {
    throw new Failure({
      what: `archive: ${path} cannot be used`,
      why: wrong,
      next: `give etcd-v${release.version}-linux-${arch}.tar.gz as it was published`,
    })
  }
  const expected = knownDigest(release, arch)
  const sha256 = await sha256OfFile(path, signal)
  if (!expected) {
    warn(
      `The archive ${path} is used as it is: no digest is known for etcd ${release.version} on ${arch}, so nothing tells whether ` +
        `it is the published one. Its SHA-256 is ${sha256}; give that as archive-sha256 once you have compared it.`,
    )
  } else if (sha256 !== expected.sha256) {
    throw wrongDigest(path, sha256, expected)
  }
  return { path, sha256, origin: 'archive' }
}

const fromMirror = async (options: ObtainOptions): Promise<ObtainedArchive> => {
  const { release, arch, cacheDir, signal, onProgress, limits } = options
  const { fileName, url } = releaseArchive(release.downloadBaseUrl, release.version, arch)
  const expected = knownDigest(release, arch) ?? (await digestOfMirror(options))
  const cached = await findCached(cacheDir, expected.sha256, fileName, signal)
  if (cached !== undefined) return { path: cached, sha256: expected.sha256, origin: 'cache' }
  return withPartialFile(cacheDir, async (partial, keep) => {
    onProgress?.(`Downloading ${publicUrl(url)}`)
    const { sha256 } = await downloadFile(url, partial, {
      limits,
      signal,
      onProgress: onProgress && progressLines(fileName, onProgress),
      onRetry: onProgress,
      ifMissing: `check that etcd ${release.version} exists for ${arch}, and download-base-url`,
    })
    if (sha256 !== expected.sha256) {
      const wrong = await whyNoArchive(partial)
      throw wrongDigest(publicUrl(url), sha256, expected, wrong)
    }
    return { path: await keep(sha256, fileName), sha256, origin: 'download' as const }
  })
}

const knownDigest = ({ version, archiveSha256 }: DesiredRelease, arch: Arch): ExpectedDigest | undefined => {
  if (archiveSha256 !== '') return { sha256: archiveSha256.toLowerCase(), source: 'archive-sha256' }
  const pinned = pinnedDigest(version, arch)
  return pinned === undefined
    ? undefined
    : { sha256: pinned, source: `the digest pinned for etcd ${version} on ${arch}` }
}

const digestOfMirror = async ({
  release,
  arch,
  warn,
  ...options
}: ObtainOptions): Promise<ExpectedDigest> => {
  const { fileName, sumsUrl } = releaseArchive(release.downloadBaseUrl, release.version, arch)
  const address = publicUrl(sumsUrl)
  const next = `check that version is right and that etcd ${release.version} is there for ${arch}, or give the digest as archive-sha256`
  const sums = await withPartialFile(options.cacheDir, (partial) =>
    downloadText(sumsUrl, partial, { limits: options.limits, signal: options.signal, ifMissing: next }),
  )
  const sha256 = digestInSums(sums, fileName)
  if (sha256 === undefined) {
    throw new Failure({
      what: `no digest is known for ${fileName}`,
      why: `${address} does not list it`,
      next,
    })
  }
  warn(
    `No digest is pinned for etcd ${release.version} on ${arch}, so ${fileName} is checked against ${address} only. That finds ` +
      'damaged downloads, but not a forged release: whoever can change the archive there can change that file too. ' +
      'Give archive-sha256 to be sure.',
  )
  return { sha256, source: address }
}

const wrongDigest = (what: string, sha256: string, expected: ExpectedDigest, why?: string): Failure =>
  new Failure({
    what: `${what} is not the release it should be`,
    why: `${why === undefined ? '' : `${why}; `}its SHA-256 is ${sha256}, expected was ${expected.sha256} (${expected.source})`,
    state: 'it is not used',
    next:
      'check where it comes from; for an archive of your own making, give its digest as archive-sha256 (one digest ' +
      'fits one architecture)',
  })
