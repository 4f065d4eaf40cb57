import { describe, expect, it } from 'vitest'
import { ownedFlags } from '../../src/etcd/owned-flags.js'
import { deploy, problemsIn, readWith, type Texts } from './setting.js'

const FLAG = '(example: --heartbeat-interval=200)'

describe('inputs of etcd that are wrong', () => {
  it.each<[Texts, string[]]>([
    [
      { 'client-port': '0' },
      ['client-port "0" is not a port, a whole number from 1 to 65535 (example: 2379)'],
    ],
    [
      { 'peer-port': '23 80' },
      ['peer-port "23 80" is not a port, a whole number from 1 to 65535 (example: 2380)'],
    ],
    [
      { 'peer-port': '2379' },
      ['peer-port "2379" is client-port as well; each needs its own (example: 2380)'],
    ],
    [
      { 'client-port': '2381' },
      ['client-port "2381" is the port on which etcd serves its metrics (example: 2379)'],
    ],
    [
      { 'client-port': '443', hardening: 'false' },
      [
        'client-port "443" is below 1024, where etcd (service-user) may listen only with hardening set to true (example: 2379)',
      ],
    ],
    [
      { 'cluster-token': 'my token' },
      [
        'cluster-token "my token" is no cluster token: at most 128 letters, digits and . _ : -, beginning with a letter or digit (example: etcd-cluster-0)',
      ],
    ],
    [{ 'cluster-state': 'old' }, ['cluster-state "old" is not one of auto, new, existing (example: auto)']],
    [{ hardening: 'yes' }, ['hardening "yes" is neither true nor false (example: true)']],
    [
      { 'local-http-listener': 'true', hosts: 'etcd.example.com' },
      [
        'local-http-listener "true" cannot be: etcd-etcd.example.com is addressed by a DNS name, so etcd listens on ' +
          'every address, where 127.0.0.1 is taken already (example: false)',
      ],
    ],
    [
      { 'etcd-args': 'snapshot-count=1' },
      [`etcd-args "snapshot-count=1" is no flag of etcd: --flag=value, in lower case ${FLAG}`],
    ],
    [
      { 'etcd-args': '--snapshot-count 1' },
      [`etcd-args "--snapshot-count 1" has a blank where the = between flag and value belongs ${FLAG}`],
    ],
    [
      { 'etcd-args': '--a=1 --b=2' },
      [`etcd-args "--a=1 --b=2" holds more than one flag; each goes on a line of its own ${FLAG}`],
    ],
    [{ 'etcd-args': '--a=x y' }, [`etcd-args "--a=x y" holds a blank or a control character ${FLAG}`]],
    [{ 'etcd-args': '--a=1\n--a=2' }, [`etcd-args "--a" is given more than once ${FLAG}`]],
    [
      { 'etcd-args': '--wal-dir=/x' },
      [`etcd-args "--wal-dir" is set by the input wal-dir; set it there ${FLAG}`],
    ],
    [
      { 'etcd-args': '--listen-peer-urls=x' },
      [`etcd-args "--listen-peer-urls" is set by the inputs hosts and peer-port; set it there ${FLAG}`],
    ],
    [
      { 'etcd-args': '--client-cert-auth=false' },
      [
        `etcd-args "--client-cert-auth=false" lets whoever reaches the port read and write everything, without a certificate ${FLAG}`,
      ],
    ],
  ])('%o', (texts, problems) => {
    expect(problemsIn({ ...deploy, ...texts })).toEqual(problems)
  })

  it.each(Object.keys(ownedFlags))('refuses --%s in etcd-args', (flag) => {
    expect(problemsIn({ ...deploy, 'etcd-args': `--${flag}=x` })).toHaveLength(1)
  })
})

describe('inputs of etcd that are right', () => {
  it('takes flags line by line, values with commas and equals signs, and bare flags', () => {
    const args = '# tuning\n--heartbeat-interval=200\n--cipher-suites=A,B # two\n--pre-vote\n--cors='
    expect(readWith({ ...deploy, 'etcd-args': args }).desired.etcd.args).toEqual([
      { name: 'heartbeat-interval', value: '200' },
      { name: 'cipher-suites', value: 'A,B' },
      { name: 'pre-vote', value: 'true' },
      { name: 'cors', value: '' },
    ])
  })

  it.each(['true', 'True', 'TRUE'])('takes %s as YAML does', (text) => {
    expect(readWith({ ...deploy, hardening: text }).desired.etcd.hardening).toBe(true)
  })

  it('takes low ports where etcd may listen on them', () => {
    expect(problemsIn({ ...deploy, 'client-port': '443' })).toEqual([])
    expect(
      problemsIn({ ...deploy, 'client-port': '443', hardening: 'false', 'service-user': 'root' }),
    ).toEqual([])
  })

  it('warns of the local listener', () => {
    expect(readWith({ ...deploy, 'local-http-listener': 'true' }).warnings).toEqual([
      'local-http-listener is true: every local user and every program on the hosts can read and write everything ' +
        'in etcd without a certificate',
    ])
  })
})
