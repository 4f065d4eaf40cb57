import { execFile, spawnSync } from 'node:child_process'
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDocument, stringify } from 'yaml'
import { OUR_ACTION, pathOf } from '../workflows/workflow.js'
import type { ExampleSettings } from './example-settings.js'

const found = spawnSync(pathOf('script/tools'), ['path', 'act'], { encoding: 'utf8' })

/** nektos/act, where this machine has it; else why not. */
export const ACT: { readonly path: string } | { readonly missing: string } =
  found.status === 0 ? { path: found.stdout.trim() } : { missing: found.stderr.trim() }

export interface ActRun {
  readonly passed: boolean
  readonly log: string
}

/** A repository that holds the examples and has these settings, on a runner that is not ours. */
export interface ActRepository {
  /** Runs a workflow as it is in docs/examples/. */
  run(name: string, settings: ExampleSettings, inputs?: Readonly<Record<string, string>>): Promise<ActRun>
  /** What was asked of `gh` since the last time: `issue create`. */
  ghCalls(): Promise<readonly string[]>
  /** What the one issue says last. */
  issueText(): Promise<string>
  remove(): Promise<void>
}

/**
 * act in host mode: steps run on this machine, with its Node. Secrets reach it in a file that only root reads. The action comes
 * from a folder that stands for the repository your-org/etcd-deploy, in which only defaults of action.yml differ.
 */
export const actRepository = async (): Promise<ActRepository> => {
  if (!('path' in ACT)) throw new Error(ACT.missing)
  const { path } = ACT
  const home = await mkdtemp(join(tmpdir(), 'etcd-deploy-act-'))
  const at = (...names: readonly string[]): string => join(home, ...names)
  for (const folder of ['bin', 'action', 'repository/.github/workflows'])
    await mkdir(at(folder), { recursive: true })
  await cp(process.env['E2E_DIST'] ?? pathOf('dist'), at('action/dist'), { recursive: true })
  // Without a settings file of its own act asks which image to use.
  await writeFile(at('.actrc'), '')
  await writeFile(at('issues'), '')
  await writeFile(at('calls'), '')
  await copyFile(pathOf('__tests__/e2e/stub-gh.sh'), at('bin/gh'))
  await chmod(at('bin/gh'), 0o755)
  for (const command of [
    'init --quiet',
    'remote add origin https://github.com/octo/cluster.git',
    'commit --quiet --allow-empty --message examples',
  ])
    spawnSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...command.split(' ')], {
      cwd: at('repository'),
    })
  return {
    run: async (name, settings, inputs = {}) => {
      await writeFile(at('action/action.yml'), await actionWith(settings.defaults))
      await copyFile(pathOf(`docs/examples/${name}.yml`), at(`repository/.github/workflows/${name}.yml`))
      await writeFile(at('secrets.yml'), stringify({ ...settings.secrets, GITHUB_TOKEN: 'a token' }), {
        mode: 0o600,
      })
      await writeFile(at('vars.yml'), stringify(settings.vars))
      await writeFile(at('event.json'), JSON.stringify({ inputs }))
      const argv = [
        'workflow_dispatch',
        ...['--workflows', `.github/workflows/${name}.yml`],
        ...['--platform', 'self-hosted=-self-hosted'],
        ...['--local-repository', `${OUR_ACTION}=${at('action')}`],
        ...['--secret-file', at('secrets.yml')],
        ...['--var-file', at('vars.yml')],
        ...['--eventpath', at('event.json')],
        ...['--action-offline-mode', '--no-cache-server'],
      ]
      const env = { PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`, HOME: home, STUB_GH: home }
      return new Promise((done) =>
        execFile(path, argv, { cwd: at('repository'), env, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
          done({ passed: error === null, log: stdout + stderr }),
        ),
      )
    },
    ghCalls: async () => {
      const calls = (await readFile(at('calls'), 'utf8')).split('\n').filter((line) => line !== '')
      await writeFile(at('calls'), '')
      return calls
    },
    issueText: () => readFile(at('issue-7'), 'utf8'),
    remove: () => rm(home, { recursive: true, force: true }),
  }
}

const actionWith = async (defaults: ExampleSettings['defaults']): Promise<string> => {
  const action = parseDocument(await readFile(pathOf('action.yml'), 'utf8'))
  for (const [input, value] of Object.entries(defaults)) action.setIn(['inputs', input, 'default'], value)
  return String(action)
}
