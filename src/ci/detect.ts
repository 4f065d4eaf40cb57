/** `github` is everything that speaks its commands: Gitea and Forgejo do. `command-line` is Jenkins, other systems, and people. */
export type System = 'github' | 'gitlab' | 'woodpecker' | 'command-line'

/** Which system has started us, by the variables that each of them documents. Drone's plugins are Woodpecker's. */
export const detect = (env: NodeJS.ProcessEnv): System => {
  if (env['GITHUB_ACTIONS'] === 'true') return 'github'
  if (env['GITLAB_CI'] === 'true') return 'gitlab'
  if (env['CI'] === 'woodpecker' || env['DRONE'] === 'true') return 'woodpecker'
  return 'command-line'
}
