import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult, type StartOptions } from '../../lab/runner.js'
import { type Places, worldOf } from './world.js'

/** A folder where runs keep downloaded archives, so that only the first one of a file downloads. */
export const makeToolCache = async (): Promise<{
  readonly options: StartOptions
  readonly remove: () => Promise<void>
}> => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-cache-'))
  return {
    options: { env: { RUNNER_TOOL_CACHE: folder } },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The log as a runner shows it: it does not show the commands that tell it what to hide. */
export const shownLog = ({ log }: RunResult): string => log.replace(/^::add-mask::.*\n/gm, '')

/** A run that did all it was asked; where it did not, the test says what it failed with. */
export const passed = (result: RunResult): void => {
  const end = { exitCode: result.exitCode, failure: result.outputs['failure'] }
  expect(end, shownLog(result)).toEqual({ exitCode: 0, failure: '' })
  expect(result.outputs['healthy']).toBe('true')
}

export interface Shape {
  readonly lab: Lab
  readonly hosts: readonly number[]
  readonly inputs: Readonly<Record<string, string>>
  readonly options: StartOptions
  readonly places?: Places
  /** `false` where the hosts are as the test wants them already. */
  readonly reset?: false
}

/** Deploys onto hosts that are blank again, twice: the second run must change nothing. Gives the first run. */
export const deployTwice = async (shape: Shape): Promise<RunResult> => {
  const { lab, hosts, inputs, options, places, reset } = shape
  if (reset !== false) await lab.command('reset', ...hosts.map(String))
  const first = await run(inputs, options)
  passed(first)
  expect(first.outputs['changed']).toBe('true')
  await settled(shape, await worldOf(lab, hosts, places))
  return first
}

/** A further run with the same inputs finds nothing to do, and leaves files and processes as they are. */
export const settled = async (
  { lab, hosts, inputs, options, places }: Shape,
  before: readonly string[],
): Promise<void> => {
  const again = await run({ ...inputs, 'commit-probe': '0' }, options)
  passed(again)
  expect(again.outputs['changed']).toBe('false')
  expect(await worldOf(lab, hosts, places)).toEqual(before)
}

export interface EtcdctlAt {
  readonly binDir?: string
  readonly caDir?: string
  readonly url: string
}

/** etcdctl as an operator would call it on the host, over TLS with the member's own certificate. */
export const etcdctl = ({
  binDir = '/opt/kube/bin',
  caDir = '/etc/kubernetes/ssl',
  url,
}: EtcdctlAt): string =>
  `ETCDCTL_API=3 ${binDir}/etcdctl --endpoints=${url} --cacert=${caDir}/ca.pem --cert=${caDir}/etcd.pem --key=${caDir}/etcd-key.pem`

/** The command line of a host's etcd, as it runs. */
export const runningArgv = async (lab: Lab, host: number): Promise<readonly string[]> =>
  (await lab.on(host, "tr '\\0' '\\n' </proc/$(pidof etcd)/cmdline")).trim().split('\n')
