import { stringify } from 'yaml'
import { HIDDEN_INPUTS, SECRET_INPUTS, type InputName, variableOf } from '../src/inputs/table.js'
import { type Described, readAction } from './readme-tables.js'

/** Inputs of a job in GitLab that no other system has. `image` has no default: it has to be given. */
const JOB: Readonly<Record<string, Described>> = {
  'job-name': { description: 'Name of the job.', default: 'etcd-deploy' },
  stage: { description: 'Stage of the job.', default: 'deploy' },
  image: { description: 'Container image made from the Dockerfile of etcd-deploy, with its tag or digest.' },
  'resource-group': {
    description: 'Jobs of one group run one after the other; give each cluster its own.',
    default: 'etcd-deploy',
  },
}

/** Of several lines, which an input of a component cannot hold: these come from variables of the project, of type File. */
const FROM_VARIABLES: readonly InputName[] = [...SECRET_INPUTS, 'ssh-known-hosts']

/** Their variables are for the shell that runs them, not for GitLab to fill in. */
const HOOKS: readonly string[] = ['before-member', 'after-member'] satisfies InputName[]

/** templates/etcd-deploy.yml: the GitLab component, with the inputs of action.yml. */
export const gitlabTemplate = (yaml: string): string => {
  const { inputs, description } = readAction(yaml)
  const handed = Object.entries(inputs).filter(([name]) => !FROM_VARIABLES.includes(name as InputName))
  const spec = {
    description,
    inputs: { ...JOB, ...Object.fromEntries(handed.map(([name, input]) => [name, optional(input)])) },
  }
  const variables = handed.map(([name]) => {
    const value = `'$[[ inputs.${name} ]]'`
    return `    ${variableOf(name)}: ${HOOKS.includes(name) ? `{ value: ${value}, expand: false }` : value}`
  })
  return [
    '# Made from action.yml by npm run docs. How to use it: docs/other-ci.md',
    '# Not inputs, but CI/CD variables of the project, masked (as base64 of the file) or of type File:',
    ...FROM_VARIABLES.map((name) => `#   ${variableOf(name)}${HIDDEN_INPUTS.has(name) ? ' (secret)' : ''}`),
    stringify({ spec }, { lineWidth: 120 }).trimEnd(),
    '---',
    ...job(variables),
    '',
  ].join('\n')
}

const optional = ({ description, default: text }: Described): Described => ({
  description: description.trim(),
  default: text ?? '',
})

const job = (variables: readonly string[]): readonly string[] => [
  "'$[[ inputs.job-name ]]':",
  "  stage: '$[[ inputs.stage ]]'",
  '  image:',
  "    name: '$[[ inputs.image ]]'",
  "    entrypoint: ['']",
  "  resource_group: '$[[ inputs.resource-group ]]'",
  '  variables:',
  "    GIT_STRATEGY: 'none'",
  "    XDG_CACHE_HOME: '$CI_PROJECT_DIR/.cache'",
  ...variables,
  '  script:',
  '    - etcd-deploy',
  '  cache:',
  '    key: etcd-deploy',
  '    paths: [.cache/etcd-deploy]',
  '  artifacts:',
  '    when: always',
  '    paths: [etcd-deploy-summary.md, etcd-deploy-report-*.json]',
  '    reports:',
  '      dotenv: etcd-deploy.env',
  '      junit: etcd-deploy-junit.xml',
]
