import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunPlace } from './operations/run.js'

/** Where and for whom this job runs, from the environment that a runner gives it. */
export const placeOf = (env: NodeJS.ProcessEnv): RunPlace => {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env
  const tempDir = env['RUNNER_TEMP'] || join(tmpdir(), 'etcd-deploy')
  return {
    runUrl: server && repository && id ? `${server}/${repository}/actions/runs/${id}` : '',
    actor: env['GITHUB_ACTOR'] ?? '',
    agentSocket: env['SSH_AUTH_SOCK'],
    cacheDir: join(env['RUNNER_TOOL_CACHE'] || tempDir, 'etcd-deploy'),
    tempDir,
  }
}
