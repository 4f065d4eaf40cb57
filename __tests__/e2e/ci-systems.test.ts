import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { HIDDEN_INPUTS, type InputName, variableOf } from '../../src/inputs/table.js'
import { OUTPUT_NAMES } from '../../src/report/outputs.js'
import { asGitlab, bySourcing, type ElsewhereResult, type Start, startElsewhere } from './elsewhere.js'
import { e2eLab, VERSION } from './lab.js'
import { sampleSecrets, secretsSeen } from './secrets.js'
import { passed } from './shape.js'

/** One member on one host: what is tried here is how a run is told what to do and tells what it did. */
const HOST = 4
const BASE64_LINE = 76

let lab: Lab
let inputs: Record<string, string>
/** The file variables and secret files of every system; not where the sampler looks for what we leave. */
let folder: string
let clusterId: string

beforeAll(async () => {
  lab = await e2eLab()
  folder = await mkdtemp('/run/etcd-deploy-files-')
  await lab.command('reset', String(HOST))
  inputs = {
    ...(await lab.inputs([HOST], VERSION)),
    'allow-downtime': 'true',
    soak: '0s',
    'certificate-subject': 'O=it\'s "ours",CN=etcd',
  }
  const first = await run(inputs)
  passed(first)
  clusterId = first.outputs['cluster-id'] ?? ''
  return () => rm(folder, { recursive: true })
})

/** The inputs as variables with a prefix. */
const variables = (texts: Readonly<Record<string, string>>, prefix?: string): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [variableOf(name, prefix), text]))

const fileOf = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, text, { mode: 0o600 })
  return path
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

interface System {
  readonly start: (texts: Readonly<Record<string, string>>) => Promise<Start>
  readonly outputsOf: (result: ElsewhereResult) => Promise<Readonly<Record<string, string>>>
  readonly page: string
}

const SYSTEMS: Readonly<Record<string, System>> = {
  GitLab: {
    page: 'https://gitlab.test/-/jobs/7',
    outputsOf: asGitlab,
    // As its component hands them over: a masked variable, which has to be one line, and variables of type File.
    start: async (texts) => ({
      env: {
        CI: 'true',
        GITLAB_CI: 'true',
        CI_JOB_URL: 'https://gitlab.test/-/jobs/7',
        ...variables(texts),
        ETCD_DEPLOY_MAX_LATENCY: '',
        ETCD_DEPLOY_CA_KEY: base64(texts['ca-key'] ?? ''),
        ETCD_DEPLOY_SSH_PRIVATE_KEY: await fileOf(
          'ETCD_DEPLOY_SSH_PRIVATE_KEY',
          texts['ssh-private-key'] ?? '',
        ),
      },
    }),
  },
  Woodpecker: {
    page: 'https://woodpecker.test/repos/1/pipeline/7',
    outputsOf: bySourcing,
    start: async (texts) => ({
      env: {
        CI: 'woodpecker',
        CI_PIPELINE_URL: 'https://woodpecker.test/repos/1/pipeline/7',
        ...variables(texts, 'PLUGIN_'),
      },
    }),
  },
  Drone: {
    page: 'https://drone.test/7',
    outputsOf: bySourcing,
    start: async ({ 'ca-key': caKey = '', ...texts }) => ({
      env: {
        ...{ CI: 'true', DRONE: 'true', DRONE_BUILD_LINK: 'https://drone.test/7' },
        ...variables(texts, 'PLUGIN_'),
        ETCD_DEPLOY_CA_KEY: caKey,
      },
    }),
  },
  Jenkins: {
    page: 'https://jenkins.test/job/etcd/7/',
    outputsOf: bySourcing,
    start: async (texts) => ({
      env: {
        ...{ JENKINS_URL: 'https://jenkins.test/', BUILD_URL: 'https://jenkins.test/job/etcd/7/' },
        ETCD_DEPLOY_CA_KEY: texts['ca-key'] ?? '',
      },
      words: await Promise.all(
        Object.entries(texts)
          .filter(([name]) => name !== 'ca-key')
          .map(async ([name, text]) =>
            HIDDEN_INPUTS.has(name as InputName)
              ? `--${name}=@${await fileOf(name, text)}`
              : `--${name}=${text}`,
          ),
      ),
    }),
  },
}

/** Prints the secrets of the run in the forms in which they came, line by line and as one. */
const blabbing = async (): Promise<string> => {
  const both = await fileOf('both', `${inputs['ca-key']}${inputs['ssh-private-key']}`)
  const key = await fileOf('key', inputs['ca-key'] ?? '')
  return `cat ${both}; tr '\\n' '|' <${both}; base64 -w0 ${key}; echo; echo said all`
}

describe.each(Object.entries(SYSTEMS))('%s', (name, { start, outputsOf, page }) => {
  test('rolls a member, and hands over outputs, summary and test report without a secret', async () => {
    const turn = 30_000 + Object.keys(SYSTEMS).indexOf(name)
    const roll = { ...inputs, 'etcd-args': `--snapshot-count=${turn}`, 'before-member': await blabbing() }
    const sampler = sampleSecrets(lab, [HOST])
    const result = await startElsewhere(await start(roll))
    await sampler.stop()
    expect(result.exitCode, result.log).toBe(0)

    const outputs = await outputsOf(result)
    expect(Object.keys(outputs).sort()).toEqual([...OUTPUT_NAMES].sort())
    expect(outputs).toMatchObject({ healthy: 'true', changed: 'true', failure: '', 'cluster-id': clusterId })
    const endpoints = JSON.parse(outputs['endpoints'] ?? '') as { version: string; healthy: boolean }[]
    expect(endpoints).toMatchObject([{ version: VERSION, healthy: true }])
    expect(basename(outputs['report'] ?? '')).toMatch(/^etcd-deploy-report-\d+\.json$/)
    expect(JSON.parse(result.files['report'] ?? '')).toMatchObject({ healthy: true, runUrl: page })

    const { 'etcd-deploy-junit.xml': junit = '', 'etcd-deploy-summary.md': summary = '' } = result.files
    expect(junit).toContain(`name="https://${lab.hosts[HOST - 1]?.address}:2379" time="`)
    expect(junit).not.toContain('<failure')
    expect(summary).toContain('## ✅ etcd deploy')
    expect(result.log).toContain(' is healthy: successfully committed proposal: took = ')
    expect(result.log).not.toMatch(/^::/m)

    const told = [result.log, ...Object.values(result.files)].join('\n')
    expect(result.log).toContain('said all')
    expect(result.log).toContain('| ***')
    expect(await secretsSeen(lab, sampler, told, [HOST])).toEqual([])
    const coded = base64(inputs['ca-key'] ?? '')
    // Only who was given it in that form can know that it is a secret in that form.
    if (name === 'GitLab') expect(told).not.toContain(coded.slice(0, BASE64_LINE))
  })
})

describe('GitLab', () => {
  const gitlab = async (texts: Readonly<Record<string, string>>): Promise<ElsewhereResult> =>
    startElsewhere((await SYSTEMS['GitLab']?.start({ ...inputs, ...texts })) ?? {})

  test('folds each part of the log', async () => {
    const { log, exitCode } = await gitlab({ operation: 'plan' })
    expect(exitCode).toBe(0)
    const marks = [...log.matchAll(/section_(start|end):\d+:(\w+)\r/g)].map(
      ([, what, section]) => `${what} ${section}`,
    )
    expect(marks.length).toBeGreaterThan(1)
    marks.forEach((mark, at) =>
      expect(mark).toBe(`${at % 2 ? 'end' : 'start'} etcd_deploy_${Math.floor(at / 2) + 1}`),
    )
  })

  test('shows an unhealthy endpoint as a failed test', async () => {
    await lab.on(HOST, 'systemctl stop etcd')
    try {
      const result = await gitlab({ operation: 'health', 'health-timeout': '1s' })
      expect(result.exitCode).toBe(1)
      const outputs = await asGitlab(result)
      expect(outputs['healthy']).toBe('false')
      expect(outputs['failure']).toContain('the cluster is not healthy')
      expect(result.log).toContain(`error: ${outputs['failure']?.slice(0, 40)}`)
      expect(result.files['etcd-deploy-junit.xml']).toMatch(
        /<testsuite name="endpoints" tests="1" failures="1"/,
      )
    } finally {
      await lab.on(HOST, 'systemctl start etcd')
    }
  })
})

describe('Gitea and Forgejo', () => {
  test('speak the commands of GitHub, and may have no summary page', async () => {
    const env = {
      GITEA_ACTIONS: 'true',
      FORGEJO_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: '',
      GITHUB_RUN_NUMBER: '3',
    }
    const result = await run({ ...inputs, operation: 'health' }, { env })
    passed(result)
    expect(result.warnings.filter((warning) => warning.includes('could not be written'))).toEqual([])
    expect(result.report).toMatchObject({ runUrl: 'https://github.com/org/repo/actions/runs/3' })
  })
})
