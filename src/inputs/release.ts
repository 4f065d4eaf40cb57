import { statSync } from 'node:fs'
import type { DesiredRelease, Operation } from '../cluster/desired.js'
import { complete, type Form } from './form.js'
import { parseSha256 } from './parse/scalar.js'
import { good } from './parse/parsed.js'
import { parseBaseUrl } from './parse/url.js'
import { parseVersion } from './parse/version.js'
import { adviceOn } from './release-advice.js'

/** Architectures that etcd is released for (etcd scripts/build-release.sh). */
const ARCHITECTURES = ['amd64', 'arm64', 'ppc64le', 's390x']

/**
 * Reads which release to run and where it comes from; an archive has to be there already. What is said of a release that is left
 * out has to wait until it is known which one that is.
 */
export const readRelease = (form: Form, operation: Operation | undefined): DesiredRelease | undefined => {
  const version = form.askOr('version', parseVersion, '')
  const downloadBaseUrl = form.ask('download-base-url', parseBaseUrl)
  const archive = form.askOr('archive', good, '')
  const archiveSha256 = form.askOr('archive-sha256', parseSha256, '')
  if (archive) checkArchive(form, archive)
  if (version !== undefined && version !== '' && operation !== 'health') {
    const advice = adviceOn(version)
    if (advice !== undefined) form.warn(advice)
  }
  if (downloadBaseUrl?.startsWith('http:') && !archive && !archiveSha256) {
    form.warn(
      `download-base-url is ${downloadBaseUrl}, without TLS: only a pinned digest or archive-sha256 protects the ` +
        'download from whoever is on the way; a SHA256SUMS from the same mirror does not',
    )
  }
  return complete<DesiredRelease>({ version, downloadBaseUrl, archive, archiveSha256 })
}

const EXAMPLE = 'dist/etcd-v3.6.14-linux-{arch}.tar.gz'

const checkArchive = (form: Form, archive: string): void => {
  const note = (rule: string): void => form.fault('archive', { value: archive, rule, example: EXAMPLE })
  if (/\p{Cc}/u.test(archive)) return note('holds a line end or another control character; it is one path')
  const rest = archive.replaceAll('{arch}', '')
  if (rest.includes('{') && rest.lastIndexOf('}') > rest.indexOf('{'))
    return note('holds something in braces other than {arch}')
  if (archive.includes('{arch}')) {
    const found = ARCHITECTURES.filter((arch) => kindOf(archive.replaceAll('{arch}', arch)) === 'file')
    if (found.length === 0) note(`is on the runner for none of ${ARCHITECTURES.join(', ')}`)
    return
  }
  const kind = kindOf(archive)
  if (kind === 'none') note('is not on the runner; a step before this one has to put it there')
  if (kind === 'other') note('is not a file but a directory or something else')
}

const kindOf = (path: string): 'file' | 'other' | 'none' => {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? 'none' : stats.isFile() ? 'file' : 'other'
  } catch {
    // A file where a directory is expected, no permission, a name too long: for the user it is not there.
    return 'none'
  }
}
