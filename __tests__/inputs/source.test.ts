import { describe, expect, it } from 'vitest'
import { readAction } from '../../script/readme-tables.js'
import { parseFlags } from '../../src/inputs/flags.js'
import { renderProblem } from '../../src/inputs/problem.js'
import { openSource, type Source } from '../../src/inputs/source.js'
import { HIDDEN_INPUTS, INPUT_NAMES, variableOf } from '../../src/inputs/table.js'
import { ACTION_YML } from './setting.js'

interface Given {
  readonly env?: Record<string, string>
  readonly words?: readonly string[]
  readonly plugin?: boolean
  readonly files?: Record<string, string>
}

const sourceOf = ({ env = {}, words = [], plugin = false, files = {} }: Given): Source =>
  openSource({
    env,
    commandLine: parseFlags(words),
    plugin,
    readFile: (path) => {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return text
    },
  })

const problemsOf = (given: Given): readonly string[] => sourceOf(given).problems.map(renderProblem)

describe('an input', () => {
  const cases: readonly [name: string, given: Given, port: string][] = [
    ['has the default of action.yml', {}, '22'],
    ['comes from the runner of GitHub', { env: { 'INPUT_SSH-PORT': ' 23\n' } }, '23'],
    ['is empty where the runner says so', { env: { 'INPUT_SSH-PORT': '', ETCD_DEPLOY_SSH_PORT: '1' } }, ''],
    ['comes from a variable of ours', { env: { ETCD_DEPLOY_SSH_PORT: '23' } }, '23'],
    ['has its default where that variable is empty', { env: { ETCD_DEPLOY_SSH_PORT: '' } }, '22'],
    ['comes from a setting of the plugin', { plugin: true, env: { PLUGIN_SSH_PORT: '23' } }, '23'],
    [
      'takes the setting before the variable',
      { plugin: true, env: { PLUGIN_SSH_PORT: '23', ETCD_DEPLOY_SSH_PORT: '24' } },
      '23',
    ],
    [
      'takes the variable where the setting is empty',
      { plugin: true, env: { PLUGIN_SSH_PORT: '', ETCD_DEPLOY_SSH_PORT: '24' } },
      '24',
    ],
    ['knows no settings where we are no plugin', { env: { PLUGIN_SSH_PORT: '23' } }, '22'],
    [
      'comes from a flag first of all',
      { words: ['--ssh-port', '25'], env: { 'INPUT_SSH-PORT': '23' } },
      '25',
    ],
    ['may be emptied by a flag', { words: ['--ssh-port='] }, ''],
    ['comes from a file', { words: ['--ssh-port=@/port'], files: { '/port': '26\n' } }, '26'],
    [
      'comes from the file that a variable of its name points to',
      {
        env: { ETCD_DEPLOY_SSH_PORT: '/b/p.tmp/ETCD_DEPLOY_SSH_PORT' },
        files: { '/b/p.tmp/ETCD_DEPLOY_SSH_PORT': '27' },
      },
      '27',
    ],
    [
      'may be a path otherwise',
      { env: { ETCD_DEPLOY_SSH_PORT: '/port' }, files: { '/port': '27' } },
      '/port',
    ],
  ]
  it.each(cases)('%s', (_, given, port) => {
    expect(sourceOf(given).read('ssh-port')).toBe(port)
    expect(problemsOf(given)).toEqual([])
  })

  it('given by several flags is a list', () => {
    expect(sourceOf({ words: ['--hosts', 'a', '--hosts', '@f'], files: { f: 'b\nc\n' } }).read('hosts')).toBe(
      'a\nb\nc',
    )
  })

  it.each(INPUT_NAMES)('%s has the same default as a runner gives it', (name) => {
    expect(sourceOf({}).read(name)).toBe(readAction(ACTION_YML).inputs[name]?.default ?? '')
  })

  it.each(INPUT_NAMES)('%s is reached in each way', (name) => {
    const sources = [
      sourceOf({ env: { [`INPUT_${name.toUpperCase()}`]: 'v' } }),
      sourceOf({ env: { [variableOf(name)]: 'v' } }),
      sourceOf({ plugin: true, env: { [variableOf(name, 'PLUGIN_')]: 'v' } }),
      sourceOf({ words: [`--${name}=@f`], files: { f: 'v' } }),
    ]
    for (const { read, problems, strays } of sources) {
      expect(read(name)).toBe('v')
      expect([...problems, ...strays]).toEqual([])
    }
  })
})

describe('what is wrong with how inputs are handed over', () => {
  const cases: readonly [name: string, given: Given, problems: string[]][] = [
    ['an unknown flag', { words: ['--host', 'a'] }, ['--host is not an input; --help lists all of them']],
    ['a flag without value', { words: ['--hosts'] }, ['--hosts has no value']],
    [
      'a word that is no flag',
      { words: ['health'] },
      ['the command line has a word that is neither a flag, --name=value, nor the value of one'],
    ],
    [
      'a setting of another name',
      { plugin: true, env: { PLUGIN_SSH_PROT: '1' } },
      ['ssh-prot is not a setting of this plugin; its settings are the inputs'],
    ],
    [
      'a file that is not there',
      { words: ['--hosts=@x'] },
      ['--hosts names a file that cannot be read: x: ENOENT'],
    ],
    [
      'a file variable whose file is not there',
      { env: { ETCD_DEPLOY_CA_KEY: '/t/ETCD_DEPLOY_CA_KEY' } },
      ['ETCD_DEPLOY_CA_KEY names a file that cannot be read: /t/ETCD_DEPLOY_CA_KEY: ENOENT'],
    ],
    ['variables of other programs', { env: { PLUGIN_X: '1', INPUT_X: '1', X: '1' } }, []],
  ]
  it.each(cases)('%s', (_, given, problems) => {
    expect(problemsOf(given)).toEqual(problems)
  })

  it.each([...HIDDEN_INPUTS])(
    '%s as a word of the command line, which is not repeated but still hidden',
    (name) => {
      const given = { words: [`--${name}`, 'hunter22'] }
      expect(problemsOf(given)).toEqual([
        `${name} (secret) must not stand on a command line, which every user of the machine can read: put it into the environment ` +
          `variable ${variableOf(name)}, or into a file of your own that only you can read (example: --${name}=@/run/secrets/${name})`,
      ])
      expect(sourceOf(given).read(name)).toBe('hunter22')
      expect(problemsOf({ words: [`--${name}=`] })).toEqual([])
    },
  )
})

describe('variables with our prefix that belong to no input', () => {
  it('are named, but not those that we set or read ourselves', () => {
    const ours = [
      'RESULTS_DIR',
      'DEBUG',
      'MEMBER',
      'ENDPOINT',
      'STEP',
      'OUTPUT_HEALTHY',
      'OUTPUT_PLAN_DIGEST',
    ]
    const env = Object.fromEntries(['HOSTS', 'HOST', ...ours].map((name) => [`ETCD_DEPLOY_${name}`, 'x']))
    expect(sourceOf({ env }).strays).toEqual(['ETCD_DEPLOY_HOST'])
  })
})
