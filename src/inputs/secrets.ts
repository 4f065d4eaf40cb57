import { inspect } from 'node:util'
import { readPem, unwrapPem, writePem } from '../pki/pem.js'
import type { ClientPair } from './client-pair.js'
import type { ReadInput } from './source.js'
import { holdsPrivateKey } from './stray-secret.js'
import { HIDDEN_INPUTS, INPUT_NAMES, type InputName } from './table.js'

/**
 * What the run may know and nobody else. The fields are getters outside of every enumeration, so that printing,
 * spreading or serialising the object shows nothing. The CA's key is not here: it is behind `Authority.sign`.
 */
export interface Secrets {
  /** As given, or the text inside its base64; empty: the agent is used. */
  readonly sshPrivateKey: string
  readonly sshPassphrase: string
  /** PEM; both empty where none was given. */
  readonly clientCert: string
  readonly clientKey: string
}

const BEGIN = '-----BEGIN '

/** Below this length a secret is no secret, and hiding it would tear every line of the log. */
const SHORTEST = 4

export const gatherSecrets = (read: (input: InputName) => string, client: ClientPair | undefined): Secrets =>
  hide({
    sshPrivateKey: sshKeyText(read('ssh-private-key')),
    sshPassphrase: read('ssh-passphrase'),
    clientCert: client?.certificatePem ?? '',
    clientKey: client?.keyPem ?? '',
  })

/** A private key, also where it came as base64: systems that mask single lines alone take a key in no other form. */
export const sshKeyText = (given: string): string => {
  const inside = unwrapPem(given)
  return given.includes(BEGIN) || !inside.includes(BEGIN) ? given : inside.trim()
}

/**
 * Every secret among the inputs, in each form that it has on its way: as given, as the PEM inside the base64, and that PEM in its
 * plain form. Takes the inputs as they come, right or wrong.
 */
export const secretTexts = (read: ReadInput): readonly string[] => {
  const forms = [...HIDDEN_INPUTS].map(read).flatMap((given) => {
    const inside = unwrapPem(given)
    if (!inside.includes(BEGIN)) return [given]
    return [given, inside, ...readPem(given).map(({ label, der }) => writePem(label, der))]
  })
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
