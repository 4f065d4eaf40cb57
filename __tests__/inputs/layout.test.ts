import { describe, expect, it } from 'vitest'
import { deploy, problemsIn, readWith, type Texts } from './setting.js'

const DATA = '(example: /var/lib/etcd)'

describe('directories and names that are wrong', () => {
  it.each<[Texts, string[]]>([
    [
      { 'data-dir': 'var/lib/etcd' },
      [`data-dir "var/lib/etcd" is not an absolute path: it has to begin with / ${DATA}`],
    ],
    [{ 'data-dir': '/' }, [`data-dir "/" is the root of the file system, which cannot be meant ${DATA}`]],
    [{ 'data-dir': '/srv/%i' }, [`data-dir "/srv/%i" holds a %, which systemd would expand ${DATA}`]],
    [{ 'data-dir': '/srv/a b' }, [`data-dir "/srv/a b" holds a blank ${DATA}`]],
    [
      { 'data-dir': '/srv/$HOME' },
      [`data-dir "/srv/$HOME" holds a character other than letters, digits and . _ + @ - ${DATA}`],
    ],
    [
      { 'data-dir': '/srv/"x"' },
      [`data-dir "/srv/\\"x\\"" holds a character other than letters, digits and . _ + @ - ${DATA}`],
    ],
    [
      { 'data-dir': '/srv/../etc' },
      [`data-dir "/srv/../etc" holds a . or .. part; write the path it leads to ${DATA}`],
    ],
    [{ 'data-dir': '/srv//x' }, [`data-dir "/srv//x" holds two slashes in a row ${DATA}`]],
    [
      { 'data-dir': '/tmp/etcd' },
      [`data-dir "/tmp/etcd" is in /tmp, which does not survive a reboot ${DATA}`],
    ],
    [
      { 'data-dir': '/run/etcd' },
      [`data-dir "/run/etcd" is in /run, which does not survive a reboot ${DATA}`],
    ],
    [
      { 'data-dir': '/proc/etcd' },
      [`data-dir "/proc/etcd" is in /proc, which is no place for files ${DATA}`],
    ],
    [
      { 'data-dir': '/etc/etcd' },
      [`data-dir "/etc/etcd" is in /etc, which belongs to the operating system ${DATA}`],
    ],
    [
      { 'data-dir': '/var/lib' },
      [
        `data-dir "/var/lib" is a directory that others use; give etcd one of its own below it or elsewhere ${DATA}`,
      ],
    ],
    [
      { 'ca-dir': '/etc' },
      [
        'ca-dir "/etc" is a directory that others use; give etcd one of its own below it or elsewhere (example: /etc/kubernetes/ssl)',
      ],
    ],
    [
      { 'bin-dir': '/usr/bin/' },
      ['bin-dir "/usr/bin" is in /usr/bin, which belongs to the operating system (example: /opt/kube/bin)'],
    ],
    [
      { 'wal-dir': '/var/lib/etcd/' },
      [
        'wal-dir "/var/lib/etcd" is data-dir as well; each has a directory of its own (example: /var/lib/etcd-wal)',
      ],
    ],
    [
      { 'ca-dir': '/opt/kube/bin' },
      [
        'ca-dir "/opt/kube/bin" is bin-dir as well; each has a directory of its own (example: /etc/kubernetes/ssl)',
      ],
    ],
    [
      { 'ca-dir': '/var/lib/etcd/ssl' },
      [
        `ca-dir "/var/lib/etcd/ssl" lies inside data-dir, which is etcd's alone (example: /etc/kubernetes/ssl)`,
      ],
    ],
    [
      { 'data-dir': '/disk/wal/data', 'wal-dir': '/disk/wal' },
      [`data-dir "/disk/wal/data" lies inside wal-dir, which is the write-ahead log's alone ${DATA}`],
    ],
    [
      { 'wal-dir': '/var/lib/etcd/member/wal' },
      [
        'wal-dir "/var/lib/etcd/member/wal" is where etcd keeps its own files; leave wal-dir out to have the log ' +
          'inside data-dir (example: /var/lib/etcd-wal)',
      ],
    ],
    [
      { 'service-name': 'etcd@main' },
      [
        'service-name "etcd@main" is no service name: letters, digits and . _ -, beginning with a letter or digit (example: etcd)',
      ],
    ],
    [
      { 'service-name': 'etcd.timer' },
      ['service-name "etcd.timer" names a systemd unit of another kind than a service (example: etcd)'],
    ],
    [
      { 'service-name': 'sshd.service' },
      [
        'service-name "sshd.service" is a service of the operating system, which etcd would replace (example: etcd)',
      ],
    ],
    [
      { 'service-user': 'etcd user' },
      [
        'service-user "etcd user" is no user name: at most 32 lower-case letters, digits and _ -, not beginning with a digit (example: etcd)',
      ],
    ],
    [
      { 'service-user': 'nobody' },
      [
        `service-user "nobody" is shared by other services, which could then read etcd's data and keys (example: etcd)`,
      ],
    ],
    [
      { 'bin-dir': '', 'service-name': '', 'wal-dir': '' },
      ['bin-dir', 'service-name'].map((input) => `${input} is empty: leave the input out to get its default`),
    ],
  ])('%o', (texts, problems) => {
    expect(problemsIn({ ...deploy, ...texts })).toEqual(problems)
  })
})

describe('directories and names that are right', () => {
  it('takes them without trailing slash and without .service', () => {
    const { layout } = readWith({
      ...deploy,
      'bin-dir': '/usr/local/bin/',
      'data-dir': '/data',
      'wal-dir': '/data/wal',
      'service-name': 'etcd-main.service',
      'service-user': 'root',
    }).desired
    expect(layout).toEqual({
      binDir: '/usr/local/bin',
      caDir: '/etc/kubernetes/ssl',
      dataDir: '/data',
      walDir: '/data/wal',
      serviceName: 'etcd-main',
      serviceUser: 'root',
    })
  })

  it('says what a directory below a home costs', () => {
    const home = { ...deploy, 'data-dir': '/home/etcd/data' }
    expect(readWith(home).warnings).toEqual([
      'data-dir /home/etcd/data is in a home directory, so the unit leaves out the protection of home directories',
    ])
    expect(readWith({ ...home, hardening: 'false' }).warnings).toEqual([])
  })
})

describe('a wal-dir inside data-dir', () => {
  const nested = { ...deploy, 'data-dir': '/data', 'wal-dir': '/data/log/wal' }

  it.each(['deploy', 'plan'])(
    'is refused by %s before any connection, as etcd could have root follow a link there',
    (operation) => {
      expect(problemsIn({ ...nested, operation })).toEqual([
        expect.stringContaining('lies inside data-dir, where the service user could put a link in its place'),
      ])
    },
  )

  it('changes nothing for health, nor where the service user is root', () => {
    expect(readWith({ ...nested, operation: 'health' }).desired.layout.walDir).toBe('/data/log/wal')
    expect(readWith({ ...nested, 'service-user': 'root' }).desired.layout.walDir).toBe('/data/log/wal')
  })
})
