import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EnvironmentFact } from '../../src/cluster/observed.js'
import { ENVIRONMENT_SNIPPET, parseEnvironment } from '../../src/host/facts-environment.js'
import { localSession, SHELLS } from './local-session.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (path: string, ...lines: readonly string[]): string => {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, lines.join('\n'))
  return file
}

describe.each(SHELLS)('what a host tells of an environment, under $name', ({ argv }) => {
  const session = localSession(argv)
  const read = async (pid = 0): Promise<EnvironmentFact> => {
    const { stdout, stderr } = await session.run({
      label: 'environment',
      script: `set -u\nservice=$1 units=$2 pid=$3 unit=$2/$1.service\n${ENVIRONMENT_SNIPPET}`,
      args: ['etcd', folder, String(pid)],
      timeoutMs: 30_000,
    })
    // Without systemd there is nothing to be said for it.
    expect(
      stderr.replace(/^.*systemctl.*$|^System has not been booted.*$|^Failed to connect.*$/gim, '').trim(),
    ).toBe('')
    const rows = stdout.split('\n').map((line) => line.split('\t'))
    return parseEnvironment(rows.filter(([key]) => key === 'env').map((row) => row.slice(1)))
  }
  const ofFiles = ({ given }: EnvironmentFact) => given.filter(({ kind }) => kind !== 'manager')
  const textsIn = (fact: EnvironmentFact): readonly string[] => ofFiles(fact).map(({ text }) => text)

  it('is nothing where nothing is set', async () => {
    expect(ofFiles(await read())).toEqual([])
  })

  it('tells no variable whose name only begins as one of etcd does', async () => {
    put(
      'etcd.service',
      '[Service]',
      'Environment=ETCD_=a=b ETCD_A.B=1 ETCD_x=2 MYETCD_A=3 GOGCX=4 HTTP_PROXYS=5',
    )
    expect(ofFiles(await read())).toEqual([])
  })

  it('names the file and the line of each variable, in the order in which systemd reads them', async () => {
    const unit = put(
      'etcd.service',
      '[Service]',
      'Environment=ETCD_A=1 "ETCD_B=x y"',
      'ExecStart=/opt/etcd --a=1',
    )
    const later = put(
      'etcd.service.d/20.conf',
      '[Service]',
      '# Environment=ETCD_X=1',
      'Environment = ETCD_C=3 \\',
      '  ETCD_D=4',
    )
    const file = put('etcd.env', '# ETCD_X=1', '', '  ETCD_E=5', 'export ETCD_X=1')
    const first = put('etcd.service.d/10.conf', '[Service]', `EnvironmentFile=-${file}`)
    const all = put('service.d/15.conf', '[Service]', 'Environment=GODEBUG=x509negativeserial=1')
    const at = (path: string, line: number, text: string, by = path, kind = 'unit') => ({
      ...{ kind, file: path, line, by, text, hidden: false },
    })
    expect(ofFiles(await read())).toEqual([
      at(unit, 2, 'ETCD_A=1'),
      at(unit, 2, '"ETCD_B=x y"'),
      at(file, 3, 'ETCD_E=5', first, 'file'),
      at(all, 2, 'GODEBUG=x509negativeserial=1'),
      at(later, 3, 'ETCD_C=3'),
      at(later, 4, 'ETCD_D=4'),
    ])
  })

  it('takes the drop-in for one service before that for all with the same name', async () => {
    put('service.d/10.conf', '[Service]', 'Environment=ETCD_A=all')
    put('etcd.service.d/10.conf', '[Service]', 'Environment=ETCD_A=one')
    expect(textsIn(await read())).toEqual(['ETCD_A=one'])
  })

  it('tells what resets, takes away, starts another command, and is missing', async () => {
    put(
      'etcd.service.d/10.conf',
      ...[
        '[Service]',
        'Environment=',
        'UnsetEnvironment=ETCD_A "ETCD_B" ETCD_C=5',
        'EnvironmentFile=/gone/%n.env',
      ],
      ...['EnvironmentFile=-/gone/too', 'ExecStart=', 'ExecStart=/opt/etcd \\', '  --name=a'],
    )
    const rows = ofFiles(await read()).map(({ kind, line, text, file }) => [
      kind,
      line,
      kind === 'missing' ? file : text,
    ])
    expect(rows).toEqual([
      ['reset', 2, 'Environment'],
      ['unset', 3, 'ETCD_A'],
      ['unset', 3, '"ETCD_B"'],
      ['missing', 4, '/gone/etcd.service.env'],
      ['start', 6, ''],
      ['start', 7, '/opt/etcd \\'],
      ['start', 8, '--name=a'],
    ])
  })

  it('lets no secret leave the host', async () => {
    const file = put(
      'etcd.env',
      ...[
        'ETCD_ROOT_PASSWORD=hush1',
        'AWS_SECRET_ACCESS_KEY=hush2',
        'ETCDCTL_USER=root:hush3',
        'ETCD_INITIAL_CLUSTER_TOKEN=hush4',
      ],
    )
    put(
      'etcd.service.d/10.conf',
      ...[
        '[Service]',
        'Environment=PASSWORD=hush5 "DB=a ETCD_A=hush6" HTTPS_PROXY=http://me:hush7@p:1 http_proxy=me:hush8@p:1',
      ],
      ...[
        'Environment="HTTP_PROXY=http://me:hu@hush9@p:1" \'OTHER=hush10\'',
        `EnvironmentFile=${file}`,
        'LoadCredential=x:hush11',
      ],
    )
    const child = spawn('sleep', ['60'], {
      env: { ETCD_NAME: 'a', HTTPS_PROXY: 'http://me:hush12@p:1', KEY: 'hush13' },
    })
    try {
      const fact = await read(child.pid)
      expect(JSON.stringify(fact)).not.toContain('hush')
      expect(textsIn(fact)).toEqual(
        expect.arrayContaining(['HTTPS_PROXY=http://p:1', 'http_proxy=p:1', 'ETCD_INITIAL_CLUSTER_TOKEN=']),
      )
      expect(JSON.stringify(fact)).not.toMatch(/PASSWORD|AWS|ETCDCTL|OTHER/)
      expect(fact.process?.map(({ text }) => text).sort()).toEqual(['ETCD_NAME=a', 'HTTPS_PROXY=http://p:1'])
    } finally {
      child.kill()
    }
  })

  it('tells an environment that holds nothing from one that it cannot see', async () => {
    const child = spawn('sleep', ['60'], { env: {} })
    try {
      expect((await read(child.pid)).process).toEqual([])
      expect((await read()).process).toBeUndefined()
    } finally {
      child.kill()
    }
  })
})

it('reads a value with tabs in it, and no row of a kind that it does not know', () => {
  expect(
    parseEnvironment([
      ['unit', '/a', '2', '/a', 'ETCD_A=x', 'y'],
      ['other', '', '', '', ''],
    ]),
  ).toEqual({ given: [{ kind: 'unit', file: '/a', line: 2, by: '/a', text: 'ETCD_A=x\ty', hidden: false }] })
})
