import { expect, it } from 'vitest'
import { detect, type System } from '../../src/ci/detect.js'

const cases: readonly [name: string, env: Record<string, string>, system: System][] = [
  ['GitHub', { CI: 'true', GITHUB_ACTIONS: 'true' }, 'github'],
  ['Gitea', { CI: 'true', GITHUB_ACTIONS: 'true', GITEA_ACTIONS: 'true' }, 'github'],
  ['Forgejo', { CI: 'true', GITHUB_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }, 'github'],
  ['GitLab', { CI: 'true', GITLAB_CI: 'true' }, 'gitlab'],
  ['Woodpecker', { CI: 'woodpecker', CI_SYSTEM_NAME: 'woodpecker' }, 'woodpecker'],
  ['Drone', { CI: 'true', DRONE: 'true' }, 'woodpecker'],
  ['Jenkins', { JENKINS_URL: 'https://jenkins.test', BUILD_URL: 'https://jenkins.test/1' }, 'command-line'],
  ['nothing at all', {}, 'command-line'],
]
it.each(cases)('%s is told by its environment', (_, env, system) => {
  expect(detect(env)).toBe(system)
})
