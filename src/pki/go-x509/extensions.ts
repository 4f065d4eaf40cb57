import { type DerReader, TAG, Unreadable, eachIn, openDer } from './der.js'
import {
  type BasicConstraints,
  type GoNames,
  NO_NAMES,
  checkAuthorityInfoAccess,
  checkDistributionPoints,
  isNameless,
  readAltNames,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readExtendedUsages,
  readKeyUsage,
  readSubjectKeyIdentifier,
} from './extension-values.js'
import { type NameConstraints, readNameConstraints } from './name-constraints.js'
import {
  type GoPolicies,
  readAnyUntil,
  readExplicitAfter,
  readPolicies,
  readPolicyMappings,
} from './policies.js'
import { readBoolean, readOid } from './values.js'

export interface GoExtensions {
  readonly basicConstraints: BasicConstraints | undefined
  readonly keyUsage: { readonly any: boolean; readonly certSign: boolean } | undefined
  /** Dotted OIDs; undefined where the extension is missing or empty. */
  readonly extendedUsages: readonly string[] | undefined
  readonly names: GoNames
  /** The octets of subjectAltName; undefined where it is missing. */
  readonly namesDer: Buffer | undefined
  readonly nameConstraints: NameConstraints | undefined
  readonly policies: GoPolicies
  readonly keyIdentifier: Buffer | undefined
  readonly issuerKeyIdentifier: Buffer | undefined
  /** Words for the critical extensions that Go does not know, or not wholly. */
  readonly unknownCritical: readonly string[]
}

interface Extension {
  readonly critical: boolean
  readonly value: Buffer
}

/** Extensions that Go reads, by their OID. */
const NAMES: Readonly<Record<string, string>> = {
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.15': 'keyUsage',
  '2.5.29.17': 'subjectAltName',
  '2.5.29.19': 'basicConstraints',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.31': 'cRLDistributionPoints',
  '2.5.29.32': 'certificatePolicies',
  '2.5.29.33': 'policyMappings',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.36': 'policyConstraints',
  '2.5.29.37': 'extendedKeyUsage',
  '2.5.29.54': 'inhibitAnyPolicy',
  '1.3.6.1.5.5.7.1.1': 'authorityInfoAccess',
}

/** Those whose being critical is enough for Go not to read the certificate. */
const NEVER_CRITICAL = ['subjectKeyIdentifier', 'authorityKeyIdentifier', 'authorityInfoAccess']

/** Go 1.23 and older do not know these, and refuse them where they are critical, as RFC 5280 asks them to be. */
const NEW_IN_GO_1_24 = ['policyMappings', 'policyConstraints', 'inhibitAnyPolicy']

export const NO_EXTENSIONS: ReadonlyMap<string, Extension> = new Map()

/** The list of extensions by their name, or by their OID where Go does not know them; throws Unreadable where one is there twice. */
export const listExtensions = (reader: DerReader): ReadonlyMap<string, Extension> => {
  const found = new Map<string, Extension>()
  eachIn(reader.read(TAG.sequence, 'list of extensions'), (list) => {
    const extension = openDer(list.read(TAG.sequence, 'extension'))
    const id = readOid(extension, 'extension')
    const critical = extension.at(TAG.boolean) ? readBoolean(extension, 'extension') : false
    const name = NAMES[id] ?? id
    if (found.has(name)) {
      throw new Unreadable(`has the extension ${name} twice, which Go does not read`)
    }
    if (critical && NEVER_CRITICAL.includes(name)) {
      throw new Unreadable(`has a critical ${name} extension, which Go does not read`)
    }
    found.set(name, { critical, value: extension.read(TAG.octetString, 'extension') })
  })
  return found
}

/** What the extensions say; throws Unreadable. */
export const readExtensions = (found: ReadonlyMap<string, Extension>): GoExtensions => {
  const value = <T>(name: string, read: (value: Buffer) => T): T | undefined => {
    const extension = found.get(name)
    return extension === undefined ? undefined : read(extension.value)
  }
  value('cRLDistributionPoints', checkDistributionPoints)
  value('authorityInfoAccess', checkAuthorityInfoAccess)
  const names = value('subjectAltName', readAltNames)
  const nameConstraints = value('nameConstraints', readNameConstraints)
  const usages = value('extendedKeyUsage', readExtendedUsages) ?? []
  const unknown = [...found].filter(([name, { critical }]) => {
    if (!critical) return false
    if (name === 'subjectAltName') return names !== undefined && isNameless(names)
    if (name === 'nameConstraints') return nameConstraints?.otherKinds === true
    return !Object.values(NAMES).includes(name) || NEW_IN_GO_1_24.includes(name)
  })
  return {
    basicConstraints: value('basicConstraints', readBasicConstraints),
    keyUsage: value('keyUsage', readKeyUsage),
    extendedUsages: usages.length === 0 ? undefined : usages,
    names: names ?? NO_NAMES,
    namesDer: found.get('subjectAltName')?.value,
    nameConstraints,
    policies: {
      own: value('certificatePolicies', readPolicies) ?? [],
      mappings: value('policyMappings', readPolicyMappings) ?? [],
      explicitAfter: value('policyConstraints', readExplicitAfter),
      anyUntil: value('inhibitAnyPolicy', readAnyUntil),
    },
    keyIdentifier: value('subjectKeyIdentifier', readSubjectKeyIdentifier),
    issuerKeyIdentifier: value('authorityKeyIdentifier', readAuthorityKeyIdentifier),
    unknownCritical: unknown.map(([name]) => WORDS[name] ?? name),
  }
}

const WORDS: Readonly<Record<string, string>> = {
  subjectAltName: 'subjectAltName (with kinds of names that Go does not know)',
  nameConstraints: 'nameConstraints (on directory names or other kinds of names that Go does not know)',
}
