import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { System } from './ci/detect.js'
import type { RunPlace } from './run/run.js'

/** Where a run happens, and where it leaves its results. */
export interface Place extends RunPlace {
  /** The report goes here, and on systems that take results as files, those. */
  readonly resultsDir: string
}

/** Where and for whom this job runs, from the environment that its system gives it. */
export const placeOf = (system: System, env: NodeJS.ProcessEnv): Place => {
  const agentSocket = env['SSH_AUTH_SOCK']
  if (system === 'github') {
    // The runner's own folder for the job, which it empties.
    const tempDir = env['RUNNER_TEMP'] || join(tmpdir(), 'etcd-deploy')
    const cacheDir = join(env['RUNNER_TOOL_CACHE'] || tempDir, 'etcd-deploy')
    const actor = env['GITHUB_ACTOR'] ?? ''
    return { runUrl: githubRun(env), actor, agentSocket, cacheDir, tempDir, resultsDir: tempDir }
  }
  // Below the home of the user: a folder in /tmp that others can guess may be theirs already.
  const cacheDir = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'etcd-deploy')
  return {
    runUrl: first(env, ['CI_JOB_URL', 'CI_PIPELINE_URL', 'DRONE_BUILD_LINK', 'BUILD_URL']),
    actor: first(env, [
      'GITLAB_USER_LOGIN',
      'CI_PIPELINE_AUTHOR',
      'DRONE_COMMIT_AUTHOR',
      'BUILD_USER_ID',
      'USER',
    ]),
    agentSocket,
    cacheDir,
    tempDir: join(cacheDir, 'temp'),
    resultsDir: env['ETCD_DEPLOY_RESULTS_DIR'] || process.cwd(),
  }
}

const first = (env: NodeJS.ProcessEnv, names: readonly string[]): string =>
  names.map((name) => env[name] ?? '').find((value) => value !== '') ?? ''

/** Forgejo counts the pages of runs for each repository, GitHub and Gitea for all of them together. */
const githubRun = (env: NodeJS.ProcessEnv): string => {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env
  const id = env['FORGEJO_ACTIONS'] === 'true' ? env['GITHUB_RUN_NUMBER'] : env['GITHUB_RUN_ID']
  return server && repository && id ? `${server}/${repository}/actions/runs/${id}` : ''
}
