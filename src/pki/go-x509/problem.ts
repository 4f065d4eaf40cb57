import { decode } from '../der.js'
import { decodeName, formatName } from '../name.js'

/**
 * `form`: it is not read at all; `trust`: the file of trusted CAs is not; `authority`: no chain leads to a trusted CA; `path`: too many CAs
 * in the chain.
 */
export type GoProblemKind =
  'form' | 'trust' | 'time' | 'authority' | 'names' | 'usage' | 'path' | 'extension' | 'policy' | 'key'

/** Why Go would refuse a certificate. */
export interface GoProblem {
  readonly kind: GoProblemKind
  /** A clause that follows "the certificate"; where a CA above it is to blame, the clause names that CA. */
  readonly rule: string
  /** Of kind `names`: what is forbidden, by whom, and its limit as a clause that follows that CA's name. */
  readonly forbidden?: { readonly names: readonly string[]; readonly by: string; readonly limit: string }
}

/** A certificate's subject for people; a name that cannot be shown as what it is. */
export const subjectText = (subject: Buffer): string => {
  try {
    return formatName(decodeName(decode(subject))) || 'a CA without a name'
  } catch {
    return 'a CA whose name cannot be read'
  }
}
