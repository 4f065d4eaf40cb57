import type { Lab } from '../../lab/lab.js'
import type { Context } from '../workflows/workflow.js'

/** What a repository that uses the examples on these hosts would have in its settings, and what only a lab needs besides. */
export interface ExampleSettings {
  readonly vars: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Where the lab's releases come from: no example names a mirror, so these stand in for defaults of action.yml. */
  readonly defaults: Readonly<Record<string, string>>
}

export const exampleSettings = async (
  lab: Lab,
  hosts: readonly number[],
  version: string,
): Promise<ExampleSettings> => {
  const inputs = await lab.inputs(hosts, version)
  const of = (name: string): string => inputs[name] ?? ''
  return {
    vars: { ETCD_HOSTS: of('hosts'), ETCD_VERSION: version, SSH_KNOWN_HOSTS: of('ssh-known-hosts') },
    secrets: { SSH_PRIVATE_KEY: of('ssh-private-key'), CA_CERT: of('ca-cert'), CA_KEY: of('ca-key') },
    defaults: {
      'download-base-url': of('download-base-url'),
      'archive-sha256': of('archive-sha256'),
      soak: '1s',
    },
  }
}

/** The settings by the names that expressions use. */
export const contextOf = ({ vars, secrets }: ExampleSettings): Context => ({
  ...named('vars', vars),
  ...named('secrets', secrets),
})

const named = (root: string, values: Readonly<Record<string, string>>): Context =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${root}.${name}`, value]))
