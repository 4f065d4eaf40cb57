import { describe, expect, it } from 'vitest'
import type { EtcdStart } from '../../src/cluster/found-etcd.js'
import { placesOf } from '../../src/etcd/found-start.js'

const unit = (exec: string, more = ''): EtcdStart => ({
  argv: [],
  unitText: `[Service]\n${more}ExecStart=${exec}\n`,
})
const nothing = { dataDir: '', walDir: '', peerUrls: [], clientUrls: [], configFile: '' }

describe('placesOf', () => {
  const cases: readonly [name: string, start: EtcdStart, places: object][] = [
    [
      'flags, the last one counts',
      { argv: ['etcd', '--data-dir=/a', '-data-dir', '/b/'] },
      { dataDir: '/b' },
    ],
    [
      'variables of a process',
      { argv: ['/usr/bin/etcd'], variables: { ETCD_DATA_DIR: '/var/lib/etcd/default' } },
      { dataDir: '/var/lib/etcd/default' },
    ],
    [
      'a flag before its variable',
      { argv: ['etcd', '--wal-dir=/wal'], variables: { ETCD_WAL_DIR: '/other' } },
      { walDir: '/wal' },
    ],
    [
      'a file, and nothing beside it',
      {
        argv: ['etcd', '--config-file=/etc/e.yml', '--data-dir=/a'],
        variables: { ETCD_WAL_DIR: '/w' },
        config: { path: '/etc/e.yml', settings: { 'data-dir': '/srv/etcd' } },
      },
      { dataDir: '/srv/etcd', configFile: '/etc/e.yml' },
    ],
    [
      'a path below its folder',
      { argv: ['etcd', '--data-dir=x.etcd'], folder: '/srv' },
      { dataDir: '/srv/x.etcd' },
    ],
    [
      'URLs advertised and listened at',
      {
        argv: [
          'etcd',
          '--initial-advertise-peer-urls=https://a:1',
          '--listen-peer-urls=https://a:1,https://b:1',
        ],
      },
      { peerUrls: ['https://a:1', 'https://b:1'] },
    ],
    ['a unit over several lines', unit('\\\n  /opt/bin/etcd \\\n  --data-dir=/a'), { dataDir: '/a' }],
    [
      "a unit with Debian's variables",
      unit('/usr/bin/etcd $DAEMON_ARGS', 'Environment=DAEMON_ARGS= "ETCD_DATA_DIR=/var/lib/etcd/default"\n'),
      { dataDir: '/var/lib/etcd/default' },
    ],
    [
      "CentOS' shell, with variables of an environment file",
      {
        ...unit(
          '/bin/bash -c "GOMAXPROCS=$(nproc) /usr/bin/etcd --name=\\"${ETCD_NAME}\\" --data-dir=\\"${ETCD_DATA_DIR}\\""',
        ),
        variables: { ETCD_NAME: 'default', ETCD_DATA_DIR: '/var/lib/etcd/default.etcd' },
      },
      { dataDir: '/var/lib/etcd/default.etcd' },
    ],
    [
      'an image of a container engine',
      unit(
        '/usr/bin/docker run --rm -v /srv:/data quay.io/coreos/etcd:v3.5.9 /usr/local/bin/etcd --data-dir=/data',
      ),
      { dataDir: '/data' },
    ],
    [
      'a unit whose drop-in starts it otherwise',
      unit('/usr/bin/etcd --data-dir=/a\nExecStart=\nExecStart=/usr/bin/etcd --data-dir=/b'),
      { dataDir: '/b' },
    ],
    ['a unit with a prefix', unit('-/usr/bin/etcd --data-dir=/a'), { dataDir: '/a' }],
  ]
  it.each(cases)('reads %s', (_, start, places) => expect(placesOf(start)).toEqual({ ...nothing, ...places }))

  it.each([
    ['a backup', '/usr/bin/tar -czf /backup.tgz /var/lib/etcd'],
    ['a backup by a shell', '/bin/sh -c "tar -czf /backup.tgz /var/lib/etcd"'],
    ['an API server', '/usr/local/bin/kube-apiserver --etcd-servers=https://a:2379'],
    ['a tool of another name', '/usr/bin/etcd-defrag --endpoints=https://a:2379'],
    ['a unit that may write there', '/usr/bin/true'],
  ])('finds no etcd in %s', (_, exec) => expect(placesOf(unit(exec))).toBeUndefined())
})
