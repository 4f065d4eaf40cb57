import { describe, expect, it } from 'vitest'
import { deploy, healthByEndpoints, problemsIn, readWith, type Texts } from './setting.js'

const LIST = '(example: 192.168.1.1, 192.168.1.2, 192.168.1.3)'
const URL = '(example: https://192.168.1.1:2379)'

describe('what a run works on', () => {
  it.each<[string, Texts, string[]]>([
    [
      'an operation of nobody',
      { ...deploy, operation: 'upgrade' },
      ['operation "upgrade" is not one of deploy, plan, health (example: deploy)'],
    ],
    [
      'a deploy without hosts',
      { ...deploy, hosts: '# none yet' },
      [`hosts is empty: deploy needs the hosts that become the members, one per line ${LIST}`],
    ],
    [
      'a deploy onto endpoints',
      { ...deploy, endpoints: 'https://10.0.0.1:2379' },
      ['endpoints "https://10.0.0.1:2379" is for health without SSH; deploy works on hosts'],
    ],
    [
      'health of nothing',
      { ...healthByEndpoints, endpoints: '' },
      [`hosts is empty, and so is endpoints: health needs one of them ${LIST}`],
    ],
    [
      'health of both',
      { ...deploy, operation: 'health', endpoints: 'https://192.168.1.1:2379' },
      [
        'endpoints "https://192.168.1.1:2379" is given together with hosts; give hosts (checked over SSH) or endpoints ' +
          '(checked from the runner)',
      ],
    ],
    [
      'endpoints that are none',
      {
        ...healthByEndpoints,
        endpoints: '10.0.0.1:2379\nhttps://10.0.0.2\nhttps://u:secret@h:1\nhttps://h:2379/v3\nhttps://h:0',
      },
      [
        `endpoints (secret) holds what looks like a key, a certificate or a password, which does not belong here`,
        `endpoints (secret) holds a user name or password, which logs would show ${URL}`,
      ],
    ],
    [
      'endpoints without scheme, port, or with a path',
      { ...healthByEndpoints, endpoints: '10.0.0.1:2379\nhttps://10.0.0.2\nhttps://h:2379/v3\nhttps://h:0' },
      [
        `endpoints "10.0.0.1:2379" is not a URL that begins with https:// or http:// ${URL}`,
        `endpoints "https://10.0.0.2" does not end in a port; etcd's client port has to be written out ${URL}`,
        `endpoints "https://h:2379/v3" does not end in a port; etcd's client port has to be written out ${URL}`,
        `endpoints "https://h:0" has the port 0, which no member can have ${URL}`,
      ],
    ],
    [
      'an endpoint twice',
      { ...healthByEndpoints, endpoints: 'https://h:2379, https://H:2379/' },
      [
        'endpoints "https://h:2379" is there more than once (example: https://192.168.1.1:2379, ' +
          'https://192.168.1.2:2379, https://192.168.1.3:2379)',
      ],
    ],
    [
      'limits that are none',
      {
        ...deploy,
        'health-timeout': '0s',
        'max-latency': '100',
        'commit-probe': 'some',
        'expect-cluster-id': '0',
      },
      [
        'max-latency "100" has no unit: ms, s, m, h or d (example: 100ms)',
        'health-timeout "0s" is no time at all (example: 60s)',
        'commit-probe "some" is not a whole number from 0 to 10000 (example: 100)',
        'expect-cluster-id "0" is no cluster id: 1 to 16 hexadecimal digits, as the output cluster-id gives it ' +
          '(example: cdf818194e3a8c32)',
      ],
    ],
    [
      'a limit that is none',
      { ...deploy, 'max-latency': '2h' },
      ['max-latency "2h" is longer than an hour (example: 100ms)'],
    ],
    [
      'a wait without end',
      { ...deploy, 'health-timeout': '2d' },
      ['health-timeout "2d" is longer than 24 hours (example: 60s)'],
    ],
  ])('is refused: %s', (_, texts, problems) => {
    expect(problemsIn(texts)).toEqual(problems)
  })

  it('is read from endpoints', () => {
    const { desired } = readWith({ ...healthByEndpoints, endpoints: 'https://[FD00::1]:443/\nhttp://h:80' })
    expect(desired.endpoints).toEqual(['https://[fd00::1]:443', 'http://h:80'])
    expect(desired.members).toEqual([])
  })

  it('is read with its limits', () => {
    const limits = { 'max-latency': '250ms', 'health-timeout': '1m30s', 'expect-cluster-id': '0x00CDF8' }
    expect(readWith({ ...deploy, ...limits, 'commit-probe': '50' }).desired.health).toEqual({
      maxLatencyMs: 250,
      timeoutMs: 90_000,
      commitProbe: 50,
      expectClusterId: 'cdf8',
    })
    expect(readWith(deploy).desired.health.maxLatencyMs).toBeUndefined()
  })
})
