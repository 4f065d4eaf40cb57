import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deploy, problemsIn, readWith, type Texts } from './setting.js'

const folder = mkdtempSync(join(tmpdir(), 'inputs-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'etcd-arm64.tar.gz'), '')

const VERSION = '(example: 3.6.14)'
const BASE = '(example: https://mirror.example.com/etcd)'
const ARCHIVE = '(example: dist/etcd-v3.6.14-linux-{arch}.tar.gz)'
const NO_VERSION = 'is not a version: three numbers X.Y.Z, with or without a v in front'

describe('releases that are none', () => {
  it.each<[Texts, string]>([
    [{ version: 'latest' }, `version "latest" ${NO_VERSION} ${VERSION}`],
    [{ version: '3.6' }, `version "3.6" ${NO_VERSION} ${VERSION}`],
    [{ version: '3.06.1' }, `version "3.06.1" ${NO_VERSION} ${VERSION}`],
    [
      { version: 'v3.7.0-rc.0' },
      `version "v3.7.0-rc.0" is a pre-release or a build of its own; only releases X.Y.Z are deployed ${VERSION}`,
    ],
    [{ version: '3.3.27' }, `version "3.3.27" is too old: 3.4.0 or later is needed ${VERSION}`],
    [{ version: '4.0.0' }, `version "4.0.0" is unknown: this action knows etcd 3 ${VERSION}`],
    [
      { 'download-base-url': 'mirror/etcd' },
      `download-base-url "mirror/etcd" is not a URL that begins with https:// or http:// ${BASE}`,
    ],
    [
      { 'download-base-url': 'ftp://mirror' },
      `download-base-url "ftp://mirror" is not a URL that begins with https:// or http:// ${BASE}`,
    ],
    [
      { 'download-base-url': 'https://mirror/?a=b' },
      `download-base-url "https://mirror/?a=b" holds a ? or #, behind which no path can be added ${BASE}`,
    ],
    [
      { 'download-base-url': 'https://user:hunter22@mirror' },
      `download-base-url (secret) holds a user name or password, which logs would show ${BASE}`,
    ],
    [
      { archive: `${folder}/none.tar.gz` },
      `archive "${folder}/none.tar.gz" is not on the runner; a step before this one has to put it there ${ARCHIVE}`,
    ],
    [{ archive: folder }, `archive "${folder}" is not a file but a directory or something else ${ARCHIVE}`],
    [
      { archive: `${folder}/x-{arch}.tar.gz` },
      `archive "${folder}/x-{arch}.tar.gz" is on the runner for none of amd64, arm64, ppc64le, s390x ${ARCHIVE}`,
    ],
    [
      { archive: `${folder}/{version}` },
      `archive "${folder}/{version}" holds something in braces other than {arch} ${ARCHIVE}`,
    ],
    [
      { 'archive-sha256': 'sha256:abc' },
      `archive-sha256 "sha256:abc" is no SHA-256: 64 hexadecimal digits (example: ${'0123456789abcdef'.repeat(4)})`,
    ],
  ])('%o', (texts, problem) => {
    expect(problemsIn({ ...deploy, ...texts })).toEqual([problem])
  })
})

describe('releases that are right', () => {
  it('reads them in their plain form', () => {
    const { desired, warnings } = readWith({
      ...deploy,
      version: 'v3.5.33',
      'download-base-url': 'https://mirror.example.com/etcd//',
      archive: `${folder}/etcd-{arch}.tar.gz`,
      'archive-sha256': `SHA256:${'AB'.repeat(32)}`,
    })
    expect(desired.release).toEqual({
      version: '3.5.33',
      downloadBaseUrl: 'https://mirror.example.com/etcd',
      archive: `${folder}/etcd-{arch}.tar.gz`,
      archiveSha256: 'ab'.repeat(32),
    })
    expect(warnings).toEqual([])
  })

  it.each([
    ['3.6.14', undefined],
    ['3.7.1', undefined],
    ['3.8.0', undefined],
    ['3.6.13', 'etcd 3.6.13 lacks fixes for security and data safety that 3.6.14 has; use that or later'],
    ['3.5.16', 'etcd 3.5.16 lacks fixes for security and data safety that 3.5.33 has; use that or later'],
    ['3.5.2', 'etcd 3.5.2 can corrupt its data when it crashes (etcd issue 13766); use 3.5.33 or later'],
    ['3.4.45', 'etcd 3.4 is at its end of life and gets no more security fixes; 3.5 and later do'],
  ])('says of %s: %s', (version, warning) => {
    expect(readWith({ ...deploy, version }).warnings).toEqual(warning === undefined ? [] : [warning])
    expect(readWith({ ...deploy, version, operation: 'health' }).warnings).toEqual([])
  })

  it('leaves a version that is not given open, and says nothing of it yet', () => {
    const { desired, warnings } = readWith({ ...deploy, version: '' })
    expect(desired.release.version).toBe('')
    expect(warnings).toEqual([])
  })

  it('warns of a mirror without TLS, unless a digest is given', () => {
    const http = { ...deploy, 'download-base-url': 'http://mirror:8080/etcd/' }
    expect(readWith(http).warnings).toEqual([
      'download-base-url is http://mirror:8080/etcd, without TLS: only a pinned digest or archive-sha256 protects the ' +
        'download from whoever is on the way; a SHA256SUMS from the same mirror does not',
    ])
    expect(readWith({ ...http, 'archive-sha256': 'ab'.repeat(32) }).warnings).toEqual([])
  })
})
