import { inspect } from 'node:util'
import type { ClientPair } from './client-pair.js'
import { cleanPem, pemLayers } from './pem-text.js'
import type { ReadInput } from './source.js'
import { holdsPrivateKey } from './stray-secret.js'
import { HIDDEN_INPUTS, INPUT_NAMES, type InputName } from './table.js'

/**
 * What the run may know and nobody else. The fields are getters outside of every enumeration, so that printing,
 * spreading or serialising the object shows nothing. The CA's key is not here: it is behind `Authority.sign`.
 */
export interface Secrets {
  /** In its plain form, whatever it came in; empty: the agent is used. */
  readonly sshPrivateKey: string
  readonly sshPassphrase: string
  /** PEM; both empty where none was given. */
  readonly clientCert: string
  readonly clientKey: string
}

/** Below this length a secret is no secret, and hiding it would tear every line of the log. */
const SHORTEST = 4

export const gatherSecrets = (read: (input: InputName) => string, client: ClientPair | undefined): Secrets =>
  hide({
    sshPrivateKey: cleanPem(read('ssh-private-key')),
    sshPassphrase: read('ssh-passphrase'),
    clientCert: client?.certificatePem ?? '',
    clientKey: client?.keyPem ?? '',
  })

/**
 * Every secret among the inputs, in each form that it has on its way: as given, without each layer that some tool put around it, and as
 * PEM in its plain form. Takes the inputs as they come, right or wrong.
 */
export const secretTexts = (read: ReadInput): readonly string[] => {
  const forms = [...HIDDEN_INPUTS].map(read).flatMap((given) => [...pemLayers(given), cleanPem(given)])
  // A key in the wrong input is as secret there.
  const strays = INPUT_NAMES.filter((input) => !HIDDEN_INPUTS.has(input))
    .map(read)
    .filter(holdsPrivateKey)
  return [...new Set([...forms, ...strays].map((text) => text.trim()))].filter(
    (text) => text.length >= SHORTEST,
  )
}

const hide = (fields: Secrets): Secrets => {
  const shown = '(secrets)'
  const getters = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, { get: () => value as unknown, enumerable: false }]),
  )
  const object = Object.create(null, {
    ...getters,
    toString: { value: () => shown },
    toJSON: { value: () => shown },
    [inspect.custom]: { value: () => shown },
  }) as Secrets
  return Object.freeze(object)
}
