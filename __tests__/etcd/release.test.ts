import { describe, expect, it } from 'vitest'
import { archOfMachine, digestInSums, pinnedDigest, releaseArchive } from '../../src/etcd/release.js'

describe('archOfMachine', () => {
  it.each([
    ['x86_64', 'amd64'],
    ['aarch64', 'arm64'],
    ['ppc64le', 'ppc64le'],
    ['s390x', 's390x'],
  ])('%s is %s', (machine, arch) => expect(archOfMachine(machine)).toBe(arch))

  it.each(['armv7l', 'i686', 'riscv64', '', 'constructor'])('"%s" has no release', (machine) =>
    expect(() => archOfMachine(machine, 'etcd-1')).toThrow(
      /^etcd-1: no etcd release for the machine type .*: etcd publishes Linux binaries for x86_64, aarch64, ppc64le, s390x only; use a host/,
    ),
  )
})

it("a mirror has upstream's layout", () =>
  expect(releaseArchive('https://mirror.test/etcd', '3.6.14', 'arm64')).toEqual({
    fileName: 'etcd-v3.6.14-linux-arm64.tar.gz',
    folder: 'etcd-v3.6.14-linux-arm64',
    url: 'https://mirror.test/etcd/v3.6.14/etcd-v3.6.14-linux-arm64.tar.gz',
    sumsUrl: 'https://mirror.test/etcd/v3.6.14/SHA256SUMS',
  }))

describe('pinnedDigest', () => {
  it('knows releases', () =>
    expect(pinnedDigest('3.6.14', 'amd64')).toBe(
      'ffe840ff9295808e88cce2794a18a5ac87f12a5203c8314d0bf6aa119b41bac5',
    ))

  it.each([
    ['3.7.1', 'amd64'],
    ['3.6.14', 's390x'],
    ['constructor', 'amd64'],
  ] as const)('does not know %s %s', (version, arch) => expect(pinnedDigest(version, arch)).toBeUndefined())
})

describe('digestInSums', () => {
  const a = 'a'.repeat(64)
  const b = 'B'.repeat(64)
  const sums = `${a}  etcd-v1-linux-amd64.tar.gz\r\n${b} *./etcd-v1-linux-arm64.tar.gz\nnot a line\n${a.slice(1)}  short\n`

  it.each([
    ['etcd-v1-linux-amd64.tar.gz', a],
    ['etcd-v1-linux-arm64.tar.gz', b.toLowerCase()],
    ['short', undefined],
    ['linux-amd64.tar.gz', undefined],
    ['', undefined],
  ])('of "%s"', (name, digest) => expect(digestInSums(sums, name)).toBe(digest))
})
