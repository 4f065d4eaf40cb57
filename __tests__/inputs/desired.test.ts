import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { readInputs } from '../../src/inputs/desired.js'
import { fromRecord } from '../../src/inputs/source.js'
import { INPUT_NAMES, SECRET_INPUTS } from '../../src/inputs/table.js'
import { OUTPUT_NAMES } from '../../src/report/outputs.js'
import { readAction } from '../../script/readme-tables.js'
import { ACTION_YML, defaults, deploy, healthByEndpoints, now, problemsIn, readWith } from './setting.js'

const { inputs, outputs } = readAction(ACTION_YML)

describe('action.yml', () => {
  it('has exactly the inputs of the table', () => {
    expect(Object.keys(inputs).sort()).toEqual([...INPUT_NAMES].sort())
  })

  it.each([
    ['deploy', deploy],
    ['health', healthByEndpoints],
  ])('has exactly the inputs that %s reads', (_, texts) => {
    const asked = new Set<string>()
    const read = fromRecord(texts)
    readInputs((name) => (asked.add(name), read(name)), {}, now)
    expect([...asked].sort()).toEqual(Object.keys(inputs).sort())
  })

  it('has exactly the outputs that are rendered', () => {
    expect(Object.keys(outputs).sort()).toEqual([...OUTPUT_NAMES].sort())
  })

  it('has defaults that are right, and no default for a secret', () => {
    expect(problemsIn(deploy)).toEqual([])
    for (const input of SECRET_INPUTS) expect(defaults[input]).toBe('')
  })

  it.each(INPUT_NAMES.filter((name) => defaults[name] !== ''))('alone has the default of %s', (name) => {
    expect(problemsIn({ ...deploy, [name]: '' })).toEqual([
      `${name} is empty: leave the input out to get its default`,
    ])
  })

  it('describes everything', () => {
    for (const [name, { description }] of [...Object.entries(inputs), ...Object.entries(outputs)]) {
      expect(`${name}: ${description}`).toMatch(/^[a-z0-9-]+: \S.{10,}\.$/s)
    }
  })
})

describe('the inputs of a run', () => {
  it('are frozen all the way down', () => {
    const { desired, warnings } = readWith(deploy)
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(desired)).toBe(true)
    expect(frozen(warnings)).toBe(true)
  })

  it('are what the document has, when nothing is said', () => {
    const { desired } = readWith(deploy)
    expect(desired).toMatchObject({
      operation: 'deploy',
      layout: { binDir: '/opt/kube/bin', caDir: '/etc/kubernetes/ssl', dataDir: '/var/lib/etcd', walDir: '' },
      etcd: { clientPort: 2379, peerPort: 2380, clusterToken: '', args: [] },
      release: { version: '' },
      certificates: {
        mode: 'per-member',
        subject: [
          ['C', 'CN'],
          ['ST', 'HangZhou'],
          ['L', 'XS'],
          ['O', 'k8s'],
          ['OU', 'System'],
          ['CN', 'etcd'],
        ],
        days: 3650,
        renewBeforeMs: 30 * 86_400_000,
      },
    })
  })

  it('are reported as one failure that lists everything', () => {
    const texts = { ...deploy, hosts: 'a b', 'client-port': 'x', 'ca-key': '' }
    let failure: unknown
    try {
      readWith(texts)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Failure)
    expect((failure as Failure).message).toBe(
      [
        '3 things in the inputs are not right; nothing was connected to and nothing was changed:',
        '- client-port "x" is not a port, a whole number from 1 to 65535 (example: 2379)',
        '- hosts "b" is neither name= nor ssh=; each host goes on a line of its own ' +
          '(example: 192.168.1.1 name=etcd-1 ssh=admin@10.0.0.1:22)',
        '- ca-key is empty: the secret it comes from is probably not set, or not visible to this workflow ' +
          '(forks and other environments do not see it) (example: ${{ secrets.CA_KEY }}).',
      ].join('\n'),
    )
  })

  it('shows long and strange values on one short line', () => {
    const [line] = problemsIn({ ...deploy, version: `1\n\u001b[31m${'x'.repeat(300)}` })
    expect(line).toMatch(/^version "1\\n\\u001b\[31mx{70,74}\.\.\." is not a version/)
  })

  it('are refused together with what is wrong with how they were handed over', () => {
    const handedOver = [{ input: '--host', value: '', rule: 'is not an input', example: '' }]
    const read = fromRecord({ ...deploy, 'ssh-port': 'x' })
    expect(() => readInputs(read, {}, now, handedOver)).toThrow(
      /^2 things .*\n- --host is not an input\n- ssh-port "x"/,
    )
    expect(() => readInputs(fromRecord(deploy), {}, now, handedOver)).toThrow('--host is not an input')
  })
})
