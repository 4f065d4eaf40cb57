import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../../src/etcd/settings/proxy.js'

const PEER = { address: '10.0.0.2', port: 2380 }
const named = { address: 'etcd-2.example.com', port: 2380 }
const six = { address: 'fd00::2', port: 2380 }
const through = (host: typeof PEER, ...variables: readonly (readonly [string, string])[]) =>
  proxyFor(
    variables.map(([name, value]) => ({ name, value, source: '' })),
    host,
  )?.name

/** As Go has it: golang.org/x/net/http/httpproxy, config_test. */
describe('proxyFor', () => {
  it.each<[string, readonly (readonly [string, string])[], string | undefined]>([
    ['nothing', [], undefined],
    ['the proxy for https', [['HTTPS_PROXY', 'http://p:1']], 'HTTPS_PROXY'],
    ['in lower case', [['https_proxy', 'http://p:1']], 'https_proxy'],
    [
      'both: upper case first',
      [
        ['https_proxy', 'http://l:1'],
        ['HTTPS_PROXY', 'http://u:1'],
      ],
      'HTTPS_PROXY',
    ],
    ['one that is empty', [['HTTPS_PROXY', '']], undefined],
    ['the one for http: peers are https', [['HTTP_PROXY', 'http://p:1']], undefined],
    ['ALL_PROXY, which Go does not know', [['ALL_PROXY', 'http://p:1']], undefined],
  ])('%s', (_name, variables, expected) => {
    expect(through(PEER, ...variables)).toBe(expected)
  })

  it.each<[string, typeof PEER, boolean]>([
    ['*', PEER, true],
    ['10.0.0.2', PEER, true],
    ['10.0.0.3, 10.0.0.2', PEER, true],
    ['10.0.0.2:2380', PEER, true],
    ['10.0.0.2:443', PEER, false],
    ['10.0.0.0/24', PEER, true],
    ['10.0.1.0/24', PEER, false],
    ['0.0.0.0/0', PEER, true],
    ['10.0.0.0/33', PEER, false],
    ['10.0.0', PEER, false],
    ['10.0.0.20', PEER, false],
    ['example.com', named, true],
    ['.example.com', named, true],
    ['*.example.com', named, true],
    ['etcd-2.example.com', named, true],
    ['.etcd-2.example.com', named, false],
    ['ample.com', named, false],
    ['EXAMPLE.com:2380', named, true],
    ['example.com:443', named, false],
    ['fd00::2', six, true],
    ['[fd00::2]:2380', six, true],
    ['[fd00::2]:443', six, false],
    ['fd00::3', six, false],
    ['', PEER, false],
    [',,', PEER, false],
  ])('NO_PROXY=%s', (rule, host, spared) => {
    expect(through(host, ['HTTPS_PROXY', 'http://p:1'], ['NO_PROXY', rule])).toBe(
      spared ? undefined : 'HTTPS_PROXY',
    )
  })

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('never for %s', (address) => {
    expect(through({ address, port: 2380 }, ['HTTPS_PROXY', 'http://p:1'])).toBeUndefined()
  })
})
