import { expect, it } from 'vitest'
import { founderId } from '../../src/etcd/member-id.js'

it.each([
  // What etcd without any flag is called everywhere.
  [['http://localhost:2380'], 'etcd-cluster', '8e9e05c52164694d'],
  [['http://localhost:2380'], 'another', expect.not.stringMatching('8e9e05c52164694d')],
])('the founder at %j with token %s is %s', (urls, token, id) => {
  expect(founderId(urls, token)).toEqual(id)
})

it('does not depend on the order of URLs, and has no leading zeros', () => {
  expect(founderId(['https://b:1', 'https://a:1'], 't')).toBe(founderId(['https://a:1', 'https://b:1'], 't'))
  const ids = Array.from({ length: 200 }, (_, port) => founderId([`https://a:${port}`], 't'))
  expect(ids.some((id) => id.length === 15)).toBe(true)
  expect(ids.filter((id) => !/^[1-9a-f][0-9a-f]*$/.test(id))).toEqual([])
})
