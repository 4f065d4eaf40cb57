import { inspect } from 'node:util'
import { readPem, writePem } from '../pki/pem.js'
import type { ClientPair } from './client-pair.js'
import { SECRET_INPUTS, type InputName } from './table.js'

/**
 * What the run may know and nobody else. The fields are getters outside of every enumeration, so that printing,
 * spreading or serialising the object shows nothing. The CA's key is not here: it is behind `Authority.sign`.
 */
export interface Secrets {
  /** As given; empty: the agent is used. */
  readonly sshPrivateKey: string
  readonly sshPassphrase: string
  /** PEM; both empty where none was given. */
  readonly clientCert: string
  readonly clientKey: string
}

interface Hidden extends Secrets {
  readonly maskable: readonly string[]
}

/** Below this length a line of a key is too common a text to hide. */
const SHORTEST_LINE = 8

/** Below this length a secret is no secret, and hiding it would tear every line of the log. */
const SHORTEST_WHOLE = 4

/** Inputs that hold a secret; `ca-cert` and `client-cert` are not shown in messages but are no secrets. */
const MASKED = [...SECRET_INPUTS].filter((input) => !input.endsWith('-cert'))

export const gatherSecrets = (read: (input: InputName) => string, client: ClientPair | undefined): Secrets =>
  hide({
    sshPrivateKey: read('ssh-private-key'),
    sshPassphrase: read('ssh-passphrase'),
    clientCert: client?.certificatePem ?? '',
    clientKey: client?.keyPem ?? '',
    maskable: [...MASKED.map(read), client?.keyPem ?? ''],
  })

/** Every text to keep out of logs: each secret as a whole, and the lines of its PEM body in whatever form it came. */
export const secretLines = (secrets: Secrets): readonly string[] => {
  const wholes = (secrets as Hidden).maskable
    .map((text) => text.trim())
    .filter((text) => text.length >= SHORTEST_WHOLE)
  return [...new Set([...wholes, ...wholes.flatMap(linesOf)])]
}

const linesOf = (secret: string): readonly string[] => {
  const plain = readPem(secret).map(({ label, der }) => writePem(label, der))
  return [secret, ...plain]
    .flatMap((text) => text.split(/\r\n|\r|\n|\\n/))
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && !/^-----|^(?:Proc-Type|DEK-Info|Comment):/.test(line))
}

const hide = (fields: Hidden): Secrets => {
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
