import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placesOf } from '../../src/etcd/found-start.js'
import { parseEtcds } from '../../src/host/facts-etcds.js'
import { FACTS_SCRIPT } from '../../src/host/facts-script.js'
import { localSession, SHELLS } from './local-session.js'

const coded = (text: string): string => Buffer.from(text).toString('base64')
const parse = (...rows: readonly (readonly string[])[]) =>
  parseEtcds((key) => rows.filter((row) => row[0] === key).map((row) => row.slice(1)))
const SERVICE = coded('0::/system.slice/etcd-main.service\n')

describe('parseEtcds', () => {
  const argv = coded('etcd\0--data-dir\0/x\0')

  it('reads a process with its environment, its file and its folder', () => {
    const { foreignEtcd } = parse(
      ['first', coded('0::/init.scope\n')],
      ['foreign', '9', SERVICE, argv],
      ['start', '9', coded('ETCD_NAME=a\nETCD_DATA_DIR=/v\n'), '/srv'],
      ['config', '9', '/etc/e.yml', coded('data-dir: "/srv/x" # here\n  "wal-dir": \'/wal\',\n')],
    )
    expect(foreignEtcd).toEqual([
      {
        ...{ pid: 9, unit: 'etcd-main.service', argv: ['etcd', '--data-dir', '/x'], folder: '/srv' },
        variables: { ETCD_NAME: 'a', ETCD_DATA_DIR: '/v' },
        config: { path: '/etc/e.yml', settings: { 'data-dir': '/srv/x', 'wal-dir': '/wal' } },
      },
    ])
  })

  it.each([
    ['what its unit started', '9', undefined],
    ['not what its unit started', '8', true],
  ])('tells a process that is %s', (_, mainPid, byHand) => {
    const show = ['Id=etcd-main.service', 'ActiveState=active', `MainPID=${mainPid}`, 'UnitFileState=enabled']
    const { foreignEtcd } = parse(['foreign', '9', SERVICE, argv], ...show.map((line) => ['unit-show', line]))
    expect(foreignEtcd[0]?.byHand).toBe(byHand)
  })

  it('leaves out units whose process it has, and tells the state of the others', () => {
    const { dormantEtcd } = parse(
      ['foreign', '9', SERVICE, argv],
      ['dormant', 'etcd-main.service', '/etc/systemd/system/etcd-main.service', coded('[Service]\n')],
      ['dormant', 'etcd-old.service', '/lib/systemd/system/etcd-old.service', coded('[Service]\n')],
      ['holds', 'etcd-old.service', '/srv/old'],
      ...['Id=etcd-main.service', 'MainPID=9', '', 'Id=etcd-old.service', 'ActiveState=failed'].map(
        (line) => ['unit-show', line],
      ),
      ['unit-show', 'UnitFileState=enabled-runtime'],
      ['manifest', '/etc/kubernetes/manifests/etcd.yaml', coded('--data-dir=/m\n')],
      ['found-data', '/data/etcd', '7', 'k3s-server'],
      ['found-data', '/srv/etcd', '0', ''],
    )
    expect(dormantEtcd).toMatchObject([
      { kind: 'unit', name: 'etcd-old.service', state: 'failed', enabled: true, dataIn: ['/srv/old'] },
      { kind: 'manifest', argv: ['etcd', '--data-dir=/m'] },
    ])
  })

  it('leaves out one that only tells its version, as another run asks it to', () => {
    expect(parse(['foreign', '9', SERVICE, coded('/opt/kube/bin/etcd\0--version\0')]).foreignEtcd).toEqual([])
  })
})

describe.each(SHELLS)('the facts script under $name finds', ({ argv }) => {
  let folder: string
  const put = (path: string, text: string): string => {
    const file = join(folder, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
    return file
  }
  const member = (dir: string): string => {
    put(`${dir}/member/snap/db`, '')
    return join(folder, dir)
  }
  const look = async () => {
    const { stdout, code } = await localSession(argv).run({
      label: 'read host facts',
      script: FACTS_SCRIPT,
      args: [
        'etcd',
        `${folder}/bin`,
        folder,
        `${folder}/data`,
        '',
        'nobody',
        '1',
        `${folder}/state/m`,
        join(folder, 'units'),
        folder,
      ],
      timeoutMs: 60_000,
    })
    expect(code).toBe(0)
    const rows = stdout.split('\n').map((line) => line.split('\t'))
    const found = parseEtcds((key) => rows.filter((row) => row[0] === key).map((row) => row.slice(1)))
    const units = found.dormantEtcd.flatMap((fact) => {
      const places = placesOf(fact)
      return places === undefined ? [] : [{ name: fact.name, ...places, dataIn: fact.dataIn }]
    })
    return { ...found, unit: (name: string) => units.find((one) => one.name === name) }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'etcds-'))
    mkdirSync(join(folder, 'units'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('units by flags, by a file, by environment files, by drop-ins, of templates and of shells', async () => {
    const [flags, file, variable, shell] = ['a', 'my data/b', 'c', 'd'].map((dir) =>
      member(dir.replace(' ', '-')),
    )
    put(
      'units/by-flags.service',
      `[Service]\nExecStart=\\\n  /usr/bin/etcd \\\n  --data-dir=${flags} --name=x\n`,
    )
    const yml = put(
      'etcd.yml',
      `name: x\ndata-dir: "${file}"\nclient-transport-security:\n  key-file: /secret\n`,
    )
    put('units/by-file.service', `[Service]\nExecStart=/usr/local/bin/etcd --config-file ${yml}\n`)
    const env = put('by-env.conf', `ETCD_PASSWORD=x\nETCD_DATA_DIR="${variable}"\n`)
    put('units/by-env.service', `[Service]\nEnvironmentFile=-${env}\nExecStart=/usr/bin/etcd $ARGS\n`)
    put(
      'units/wrapped.service',
      `[Service]\nExecStart=/bin/bash -c "exec /usr/bin/etcd --data-dir=${shell}"\n`,
    )
    put('units/dropped.service', '[Service]\nExecStart=/bin/true\n')
    put(
      'units/dropped.service.d/x.conf',
      `[Service]\nExecStart=\nExecStart=/usr/bin/etcd --data-dir=${flags}\n`,
    )
    put('units/many@.service', `[Service]\nExecStart=/usr/bin/etcd --data-dir=${folder}/%i\n`)
    mkdirSync(join(folder, 'units/multi-user.target.wants'))
    symlinkSync('../many@.service', join(folder, 'units/multi-user.target.wants/many@one.service'))
    member('one')
    // None of these is one, and our own is told elsewhere.
    put('units/backup.service', '[Service]\nExecStart=/usr/bin/tar -cf /x /var/lib/etcd\n')
    put('units/etcd.service', '[Service]\nExecStart=/usr/bin/etcd\n')
    const { unit, dormantEtcd } = await look()
    expect(unit('by-flags.service')).toMatchObject({ dataDir: flags, dataIn: [flags] })
    expect(unit('by-file.service')).toMatchObject({ configFile: yml, dataDir: file, dataIn: [file] })
    expect(unit('by-env.service')).toMatchObject({ dataDir: variable, dataIn: [variable] })
    expect(unit('wrapped.service')).toMatchObject({ dataDir: shell, dataIn: [shell] })
    expect(unit('dropped.service')).toMatchObject({ dataDir: flags })
    expect(unit('many@one.service')).toMatchObject({ dataDir: `${folder}/one`, dataIn: [`${folder}/one`] })
    expect(unit('backup.service')).toBeUndefined()
    expect(unit('etcd.service')).toBeUndefined()
    expect(JSON.stringify(dormantEtcd)).not.toContain('PASSWORD')
    expect(JSON.stringify(dormantEtcd)).not.toContain('/secret')
  })

  it('a member in the default place below the folder of its unit, and no data where there is none', async () => {
    member('home/default.etcd')
    put('units/relative.service', `[Service]\nWorkingDirectory=${folder}/home\nExecStart=/usr/bin/etcd\n`)
    put('units/empty.service', `[Service]\nExecStart=/usr/bin/etcd --data-dir=${folder}/nothing\n`)
    const { unit } = await look()
    expect(unit('relative.service')?.dataIn).toEqual([`${folder}/home/default.etcd`])
    expect(unit('empty.service')?.dataIn).toEqual([])
  })

  it.each([
    ['its program', 'etcd', 'another word', true],
    ['the word it was started with', 'renamed', '/opt/etcd', true],
    ['neither', 'renamed', '/opt/etcd-backup', false],
    ['a word that is not its first', 'renamed', 'backup', false],
  ])('a process by %s', async (_, program, word, expected) => {
    const path = join(folder, program)
    copyFileSync('/bin/sleep', path)
    chmodSync(path, 0o755)
    const child = spawn(path, ['60'], {
      argv0: word,
      env: { ETCD_DATA_DIR: '/srv/e', SECRET: 'no' },
      cwd: folder,
    })
    try {
      const { foreignEtcd } = await look()
      const found = foreignEtcd.find(({ pid }) => pid === child.pid)
      expect(found !== undefined).toBe(expected)
      if (expected) expect(found).toMatchObject({ variables: { ETCD_DATA_DIR: '/srv/e' }, folder })
      expect(JSON.stringify(foreignEtcd)).not.toContain('SECRET')
    } finally {
      child.kill('SIGKILL')
    }
  })
})
