import { ANY_EXTENDED_USAGE, EXTENDED_USAGE, type ExtendedUsage } from '../oid.js'
import type { GoCertificate } from './certificate.js'

/**
 * The certificates of a chain that do not allow a use. Go nests extended key usages: a CA that lists some takes all others away from what it
 * signs (verify.go, checkChainForKeyUsage); an empty list is none.
 */
export const withoutUsage = (
  chain: readonly GoCertificate[],
  usage: ExtendedUsage,
): readonly GoCertificate[] =>
  chain.filter(
    ({ extendedUsages }) =>
      extendedUsages !== undefined &&
      !extendedUsages.includes(ANY_EXTENDED_USAGE) &&
      !extendedUsages.includes(EXTENDED_USAGE[usage]),
  )
