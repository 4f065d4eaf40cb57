import { readFileSync } from 'node:fs'
import { Failure } from '../../src/failure.js'
import { readInputs, type Inputs, type RunnerEnvironment } from '../../src/inputs/desired.js'
import { fromRecord } from '../../src/inputs/source.js'
import { readAction } from '../../script/readme-tables.js'
import { makeCa } from '../pki/openssl.js'
import { openSshKey, parsed } from '../ssh/keys.js'

export type Texts = Readonly<Record<string, string>>

export const ACTION_YML = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')

/** A minute ahead, so that certificates made by the tests have begun. */
export const now = new Date(Date.now() + 60_000)

/** What a run gets when the workflow says nothing. */
export const defaults: Texts = Object.fromEntries(
  Object.entries(readAction(ACTION_YML).inputs).map(([name, input]) => [name, input.default ?? '']),
)

export const ca = makeCa()
export const otherCa = makeCa({ subject: '/CN=other' })
export const client = makeCa({
  subject: '/CN=client',
  issuer: ca,
  extensions: ['basicConstraints=CA:FALSE', 'extendedKeyUsage=clientAuth'],
})
export const sshKey = openSshKey('ed25519')

const hostKey = parsed(sshKey).getPublicSSH().toString('base64')
export const knownHost = (name: string): string => `${name} ssh-ed25519 ${hostKey}`

/** known_hosts lines that know every name. */
export const anyHost = knownHost('*')

/** The least that a deploy needs, on top of the defaults. */
export const deploy: Texts = {
  ...defaults,
  hosts: '192.168.1.1\n192.168.1.2\n192.168.1.3',
  'ssh-private-key': sshKey,
  'ssh-known-hosts': anyHost,
  'ca-cert': ca.certPem,
  'ca-key': ca.keyPem,
}

/** The least that a health check from the runner needs. */
export const healthByEndpoints: Texts = {
  ...defaults,
  operation: 'health',
  endpoints: 'https://192.168.1.1:2379',
  'ca-cert': ca.certPem,
  'client-cert': client.certPem,
  'client-key': client.keyPem,
}

export const readWith = (texts: Texts, env: RunnerEnvironment = {}, at: Date = now): Inputs =>
  readInputs(fromRecord(texts), env, at)

/** The lines that name problems, without their dash; empty where the inputs are right. */
export const problemsIn = (texts: Texts, env: RunnerEnvironment = {}, at: Date = now): readonly string[] => {
  try {
    readWith(texts, env, at)
    return []
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const [, ...lines] = error.message.replace(/\.$/, '').split('\n')
    return lines.map((line) => line.replace(/^- /, ''))
  }
}
