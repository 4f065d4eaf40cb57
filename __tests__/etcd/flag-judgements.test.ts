import { describe, expect, it } from 'vitest'
import { archivesHere, flagsOf } from '../../script/binary-flags.js'
import { RULED, rulesOf } from '../../src/etcd/flag-judgements.js'
import { FREE_FLAGS } from '../../src/etcd/free-flags.js'
import { judgeFlag, whyAbsent } from '../../src/etcd/judge-flag.js'
import { TABLED_FLAGS, TABLED_RELEASES, whyNoFlag } from '../../src/etcd/known-flags.js'
import { ownedFlags } from '../../src/etcd/owned-flags.js'
import { REMOVED_FLAGS } from '../../src/etcd/upgrade/flag-rules.js'
import { minorOf } from '../../src/cluster/version.js'
import { SOUND } from '../../src/etcd/upgrade/rules.js'

const sorted = (names: Iterable<string>): readonly string[] => [...names].sort()

describe('the table of flags', () => {
  it('has every flag of every minor judged, once, and judges none that no release has', () =>
    expect(sorted([...Object.keys(ownedFlags), ...RULED, ...FREE_FLAGS])).toEqual(sorted(TABLED_FLAGS)))

  it('was made from a release of each minor that is deployed', () =>
    expect([...new Set(TABLED_RELEASES.map(minorOf))]).toEqual(Object.keys(SOUND)))

  const archives = archivesHere()
  it.for(TABLED_RELEASES)('says what the binary of %s says', { timeout: 300_000 }, (release, { skip }) => {
    const archive = archives.get(release)
    if (archive === undefined) return skip('this machine does not have it')
    const told = TABLED_FLAGS.filter((name) => whyNoFlag(release, name) === undefined)
    expect(sorted(flagsOf(archive, TABLED_FLAGS))).toEqual(sorted(told))
  })

  it('knows each flag that is to be written instead of one that is gone', () => {
    const instead = REMOVED_FLAGS.flatMap(({ name, since, instead: text }) => {
      const [, flag] = /^--([a-z0-9-]+)/.exec(text) ?? []
      return flag === undefined || since === '3.8' ? [] : [[name, SOUND[since] ?? '', flag] as const]
    })
    expect(instead.length).toBeGreaterThan(8)
    for (const [name, release, flag] of instead) expect(whyNoFlag(release, flag), name).toBeUndefined()
    const renamed = TABLED_FLAGS.filter((name) => name.startsWith('experimental-'))
    for (const name of renamed)
      expect(whyAbsent('3.7.1', { name, value: '1' }), name).toMatch(/: (use --|leave)/)
  })
})

describe('a flag of the user', () => {
  const say = (version: string, text: string): string => {
    const [name = '', ...rest] = text.split('=')
    const judgement = judgeFlag(version, { name, value: text.includes('=') ? rest.join('=') : 'true' })
    return judgement === undefined ? 'free' : `${judgement.verdict}: ${judgement.says}`
  }
  it.each([
    // What opens a member, or hands it to somebody.
    'listen-client-http-urls=http://0.0.0.0:2400',
    'listen-client-http-urls=https://0.0.0.0:2400',
    'client-cert-auth=false',
    'client-cert-auth=0',
    'peer-client-cert-auth=F',
    'auto-tls',
    'peer-auto-tls=true',
    'peer-skip-client-san-verification',
    'experimental-peer-skip-client-san-verification=true',
    'client-cert-file=/x',
    'peer-client-key-file=/x',
    'listen-metrics-urls=http://0.0.0.0:2381',
    'listen-client-urls=http://0.0.0.0:2379',
    'discovery=https://discovery.etcd.io/abc',
    'discovery-srv=example.com',
    'discovery-password=geheim',
    // What loses data, or keeps etcd from being what it is asked to be.
    'unsafe-no-fsync',
    'force-new-cluster',
    'strict-reconfig-check=false',
    'config-file=/etc/etcd.yml',
    'proxy=on',
    'proxy-dial-timeout=100',
    'h',
    'help',
    'version',
    // What takes the log away.
    'log-outputs=/var/log/etcd.log',
    'log-outputs=stderr,/var/log/etcd.log',
    'log-output=/dev/null',
    'enable-log-rotation',
    'log-rotation-config-json={}',
  ])('--%s is refused, of whatever release', (flag) => {
    expect(say('', flag)).toMatch(/^refused: /)
    for (const release of TABLED_RELEASES) expect(say(release, flag)).toMatch(/^refused: /)
  })

  it.each([
    'auth-token=simple',
    'enable-pprof',
    'cors=*',
    'log-level=debug',
    'cipher-suites=TLS_RSA_WITH_AES_128_GCM_SHA256',
    'cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
    'bcrypt-cost=4',
    'max-wals=0',
    'quota-backend-bytes=-1',
    'pre-vote=false',
    'feature-gates=InitialCorruptCheck=true,AllAlpha=true',
    'peer-cert-allowed-cn=etcd',
    'client-crl-file=/x',
  ])('--%s is warned of', (flag) => expect(say('', flag)).toMatch(/^warned: /))

  it.each([
    'heartbeat-interval=200',
    'log-outputs=stderr',
    'log-outputs=default,systemd/journal',
    'enable-log-rotation=false',
    'proxy=off',
    'unsafe-no-fsync=false',
    'strict-reconfig-check',
    'log-level=warn',
    'auth-token=jwt,pub-key=/x',
    'cors=',
    'cipher-suites=TLS_AES_128_GCM_SHA256',
    'max-wals=5',
    'feature-gates=InitialCorruptCheck=true',
    'constructor=1',
    'no-such-flag=1',
  ])('--%s is free as far as it goes by itself', (flag) => expect(say('', flag)).toBe('free'))

  it.each([
    [
      '3.6.14',
      'no-such-flag=1',
      'refused: is no flag of etcd 3.6, nor of any other minor that this action knows',
    ],
    [
      '3.6.14',
      'constructor=1',
      'refused: is no flag of etcd 3.6, nor of any other minor that this action knows',
    ],
    ['3.6.14', 'enable-v2', 'refused: is not known to etcd 3.6.14 (gone since 3.6): leave it out'],
    ['3.5.33', 'debug', 'refused: is not known to etcd 3.5.33 (gone since 3.5): use --log-level=debug'],
    ['3.5.33', 'max-learners=2', 'refused: is not known to etcd 3.5.33 (it came with 3.6)'],
    [
      '3.5.33',
      'corrupt-check-time=1h',
      'refused: is no flag of etcd 3.5 (it is one of 3.6, 3.7): use --experimental-corrupt-check-time',
    ],
    ['3.4.23', 'tls-min-version=TLS1.2', 'refused: is no flag of etcd 3.4 (it is one of 3.5, 3.6, 3.7)'],
    [
      '3.7.1',
      'experimental-corrupt-check-time=1h',
      'refused: is not known to etcd 3.7.1 (gone since 3.7): use --corrupt-check-time',
    ],
    [
      '3.6.14',
      'experimental-corrupt-check-time=1h',
      'warned: is gone with 3.7: write --corrupt-check-time instead',
    ],
    [
      '3.6.14',
      'experimental-initial-corrupt-check',
      'warned: is gone with 3.7: write --feature-gates=InitialCorruptCheck=true instead',
    ],
    // 3.5 has no other name for it yet.
    ['3.5.33', 'experimental-initial-corrupt-check', 'free'],
    // Patches after the last one that was asked may have it, and so may minors that nobody knows.
    ['3.4.45', 'tls-min-version=TLS1.2', 'free'],
    ['3.6.99', 'brand-new=1', 'free'],
    ['3.9.0', 'brand-new=1', 'free'],
    ['3.5.10', 'max-concurrent-streams=9', 'free'],
  ])('of %s --%s: %s', (version, flag, said) => expect(say(version, flag)).toBe(said))

  it('is followed by its sentences, which are clauses', () => {
    for (const name of RULED)
      for (const { says } of rulesOf(name)) expect(says, name).toMatch(/^[a-z].*[^.]$/)
  })
})
