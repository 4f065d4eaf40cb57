import { describe, expect, it } from 'vitest'
import type { EtcdctlResult } from '../../src/etcd/etcdctl.js'
import { hashKvOf, type HashSource } from '../../src/observe/hash-kv.js'

const answer = (endpoint: string, revision: string, hash: string, compact = '1'): EtcdctlResult => ({
  code: 0,
  stdout: `[{"Endpoint":"${endpoint}","HashKV":{"header":{"revision":${revision}},"hash":${hash},"compact_revision":${compact}}}]`,
  stderr: '',
})
const refusal = (reason: string): EtcdctlResult => ({
  code: 1,
  stdout: '[]',
  stderr: `Failed to get the hash (${reason})`,
})

/** A member whose answers come one after the other, the last one for good; `asked` gets the revisions. */
const member = (
  name: string,
  asked: string[],
  ...answers: readonly ((endpoint: string, revision: string) => EtcdctlResult)[]
): HashSource => {
  const endpoint = `https://${name}:2379`
  let turn = 0
  return {
    name,
    access: { etcdctl: '/b/etcdctl', endpoint, caFile: 'a', certFile: 'c', keyFile: 'k' },
    run: (argv) => {
      const revision = argv.at(-1)!.replace('--rev=', '')
      asked.push(`${name}@${revision}`)
      return Promise.resolve(answers[Math.min(turn++, answers.length - 1)]!(endpoint, revision))
    },
  }
}
const same = (endpoint: string, revision: string) =>
  answer(endpoint, revision === '0' ? '9007199254740993' : revision, '77')

describe('hashKvOf', () => {
  it('asks all for the newest revision of the first, to the last digit', async () => {
    const asked: string[] = []
    const members = ['a', 'b', 'c'].map((name) => member(name, asked, same))
    expect(await hashKvOf(members, 1)).toEqual(
      ['a', 'b', 'c'].map((name) => ({ member: name, hash: '77', compactRevision: '1' })),
    )
    expect(asked).toEqual(['a@0', ...['a', 'b', 'c'].map((name) => `${name}@9007199254740993`)])
  })

  it('tells hashes that differ', async () => {
    const members = [
      member('a', [], same),
      member('b', [], (endpoint, revision) => answer(endpoint, revision, '78')),
    ]
    expect((await hashKvOf(members, 1)).map(({ hash }) => hash)).toEqual(['77', '78'])
  })

  it.each([
    ['a member that lags', () => refusal('mvcc: required revision is a future revision')],
    ['a compaction under way', (endpoint: string, revision: string) => answer(endpoint, revision, '5', '4')],
    ['a revision that was compacted meanwhile', () => refusal('mvcc: required revision has been compacted')],
  ])('asks again after %s', async (_name, first) => {
    const members = [member('a', [], same), member('b', [], first, first, same)]
    expect((await hashKvOf(members, 1)).map(({ hash }) => hash)).toEqual(['77', '77'])
  })

  it('gives compactions that stay apart as they are', async () => {
    const members = [
      member('a', [], same),
      member('b', [], (endpoint, revision) => answer(endpoint, revision, '5', '4')),
    ]
    expect((await hashKvOf(members, 1)).map(({ compactRevision }) => compactRevision)).toEqual(['1', '4'])
  })

  it.each([
    ['a', [() => refusal('etcdserver: no leader')], [same]],
    ['b', [same], [() => refusal('etcdserver: no leader')]],
  ])('names %s where that does not answer', async (name, ofA, ofB) => {
    const members = [member('a', [], ...ofA), member('b', [], ...ofB)]
    await expect(hashKvOf(members, 1)).rejects.toThrow(
      new RegExp(`^${name}: cannot compare the data of the members: .*no leader`),
    )
  })

  it('has nothing to say of nobody', async () => {
    expect(await hashKvOf([])).toEqual([])
  })
})
