import { describe, expect, it } from 'vitest'
import { placeOf } from '../src/place.js'

const github = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'org/repo',
  GITHUB_RUN_ID: '4242',
  GITHUB_RUN_NUMBER: '7',
  GITHUB_ACTOR: 'octocat',
  RUNNER_TEMP: '/runner/temp',
  RUNNER_TOOL_CACHE: '/runner/tools',
}

describe('the place of a run', () => {
  it('is the job of a runner on GitHub', () => {
    expect(placeOf('github', { ...github, SSH_AUTH_SOCK: '/agent' })).toEqual({
      runUrl: 'https://github.com/org/repo/actions/runs/4242',
      actor: 'octocat',
      agentSocket: '/agent',
      cacheDir: '/runner/tools/etcd-deploy',
      tempDir: '/runner/temp',
      resultsDir: '/runner/temp',
    })
  })

  it('has the page of Forgejo, which counts runs otherwise', () => {
    const { runUrl } = placeOf('github', {
      ...github,
      FORGEJO_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://f.test',
    })
    expect(runUrl).toBe('https://f.test/org/repo/actions/runs/7')
  })

  it('has no page where the runner tells none', () => {
    expect(placeOf('github', {}).runUrl).toBe('')
  })

  const elsewhere: readonly [name: string, env: Record<string, string>, runUrl: string, actor: string][] = [
    [
      'GitLab',
      { CI_JOB_URL: 'https://g/1', GITLAB_USER_LOGIN: 'ada', CI_PIPELINE_URL: 'x' },
      'https://g/1',
      'ada',
    ],
    ['Woodpecker', { CI_PIPELINE_URL: 'https://w/1', CI_PIPELINE_AUTHOR: 'bob' }, 'https://w/1', 'bob'],
    ['Drone', { DRONE_BUILD_LINK: 'https://d/1', DRONE_COMMIT_AUTHOR: 'cid' }, 'https://d/1', 'cid'],
    ['Jenkins', { BUILD_URL: 'https://j/1', BUILD_USER_ID: 'dan', USER: 'jenkins' }, 'https://j/1', 'dan'],
    ['a person', { USER: 'eve' }, '', 'eve'],
  ]
  it.each(elsewhere)('is that of %s', (_, env, runUrl, actor) => {
    expect(placeOf('command-line', { HOME: '/home/u', ...env })).toEqual({
      runUrl,
      actor,
      agentSocket: undefined,
      cacheDir: '/home/u/.cache/etcd-deploy',
      tempDir: '/home/u/.cache/etcd-deploy/temp',
      resultsDir: process.cwd(),
    })
  })

  it('may be moved', () => {
    const place = placeOf('gitlab', { HOME: '/h', XDG_CACHE_HOME: '/cache', ETCD_DEPLOY_RESULTS_DIR: '/out' })
    expect(place.cacheDir).toBe('/cache/etcd-deploy')
    expect(place.tempDir).toBe('/cache/etcd-deploy/temp')
    expect(place.resultsDir).toBe('/out')
  })
})
