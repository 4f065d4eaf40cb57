import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountOf } from '../../src/host/facts-account.js'
import { storageOf, type StorageRows } from '../../src/host/facts-storage.js'

const rows = (more: Partial<StorageRows>): StorageRows => ({
  ...{ mounts: [['data', '36']], lines: [], storage: [], labels: ['data', 'bin'] },
  ...more,
})
const dataOf = (more: Partial<StorageRows>) => storageOf(rows(more)).get('data')

describe('storageOf', () => {
  it.each([
    [
      'a disk',
      '36 35 98:0 / /var/lib/etcd rw,noatime shared:1 - ext4 /dev/sdb1 rw,errors=continue',
      { device: '98:0', point: '/var/lib/etcd', type: 'ext4', noexec: false },
    ],
    [
      'a bind mount that is noexec, with two optional fields',
      '36 35 8:1 /opt /opt rw,noexec,nosuid shared:1 master:2 - xfs /dev/sda1 rw,exec',
      { device: '8:1', point: '/opt', type: 'xfs', noexec: true },
    ],
    [
      'a path with a blank, without optional fields',
      '36 35 0:27 / /my\\040disk ro - nfs4 srv:/x\\011y rw,noexec',
      { device: '0:27', point: '/my disk', type: 'nfs4', noexec: false },
    ],
  ])('reads %s', (_, line, mount) => {
    expect(dataOf({ lines: [['1 0 8:1 / / rw - ext4 /dev/sda1 rw'], [line]] })).toEqual({ mount })
  })

  it.each([
    ['no line of that mount', '37 35 98:0 / /x rw - ext4 /dev/sdb1 rw'],
    ['half a line', '36 35 98:0 / /x rw'],
    ['something else', '36 is not a mount at all - is it'],
  ])('says nothing of %s', (_, line) => expect(dataOf({ lines: [[line]] })).toEqual({}))

  it.each([
    ['counted', [['1000 12 3 4096'], ['0 0 1 1']], { availableInodes: 12, availableBytes: 12_288 }],
    ['none left', [['1000 0 0 4096'], ['0 0 1 1']], { availableInodes: 0, availableBytes: 0 }],
    ['inodes not counted by this file system', [['0 0 3 1024'], ['1 1 1 1']], { availableBytes: 3072 }],
    ['of fewer places than there are', [['1000 12 3 4096']], {}],
    ['that are no numbers', [['? ? 1 1'], ['1 1 1 1']], {}],
  ])('space: %s', (_, storage, expected) => expect(dataOf({ storage })).toEqual(expected))

  it('takes any text, in linear time', { timeout: 60_000 }, () => {
    const text = fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 })
    fc.assert(
      fc.property(fc.array(text), fc.array(text), fc.array(text), (mounts, lines, storage) => {
        for (const facts of storageOf(rows({ mounts, lines, storage })).values())
          expect(typeof facts).toBe('object')
      }),
    )
    const long = `36 35 98:0 / /${'\\040 '.repeat(20_000)}`
    const began = performance.now()
    dataOf({ lines: [[long]], storage: [[`${' '.repeat(50_000)}1 1`], ['']] })
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe('accountOf', () => {
  it.each([
    ['as it should be', ['998', 'etcd', 'yes'], { uid: '998', nameOfUid: 'etcd', groupExists: true }],
    ['without a group', ['998', 'etcd', 'no'], { uid: '998', nameOfUid: 'etcd', groupExists: false }],
    ['that is not in /etc/passwd', ['70001', '', 'yes'], { uid: '70001', nameOfUid: '', groupExists: true }],
    ['of which nothing more is told', ['yes'], undefined],
    ['that is not there', undefined, undefined],
  ])('%s', (_, row, expected) => expect(accountOf(row)).toEqual(expected))
})
