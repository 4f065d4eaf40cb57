import { Failure } from '../failure.js'
import { type Der, childrenOf, ia5, oid, oidOf, printable, sequence, set, textOf, utf8 } from './der.js'

/** A distinguished name as its attributes in order: [["C","CN"],["CN","etcd"]]. */
export type DistinguishedName = readonly (readonly [string, string])[]

interface Attribute {
  readonly oid: string
  readonly encode: (text: string) => Der
  /** Upper bound of RFC 5280 appendix A.1, in characters. */
  readonly max: number
  readonly form: RegExp
  readonly rule: string
}

const attribute = (
  dotted: string,
  max: number,
  encode = utf8,
  form = /^[^\p{Cc}\p{Cs}]+$/u,
  rule = 'no control characters',
): Attribute => ({ oid: dotted, encode, max, form, rule })

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]+$/
const ASCII = /^[\x20-\x7e]+$/

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  C: attribute('2.5.4.6', 2, printable, /^[A-Za-z]{2}$/, 'a country code of two letters'),
  ST: attribute('2.5.4.8', 128),
  L: attribute('2.5.4.7', 128),
  O: attribute('2.5.4.10', 64),
  OU: attribute('2.5.4.11', 64),
  CN: attribute('2.5.4.3', 64),
  serialNumber: attribute(
    '2.5.4.5',
    64,
    printable,
    PRINTABLE,
    "letters, digits and any of ' ( ) + , - . / : = ?",
  ),
  emailAddress: attribute('1.2.840.113549.1.9.1', 255, ia5, ASCII, 'ASCII'),
  DC: attribute('0.9.2342.19200300.100.1.25', 63, ia5, ASCII, 'ASCII'),
}

/** Attribute names that `certificate-subject` may use. */
export const SUBJECT_ATTRIBUTES: readonly string[] = Object.keys(ATTRIBUTES)

const NAME_OF_OID = new Map(Object.entries(ATTRIBUTES).map(([name, { oid }]) => [oid, name]))
const attributeNamed = (name: string): Attribute | undefined =>
  Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined

/** Everything that keeps a name from being put into a certificate, one clause each; empty where it can be. */
export const checkSubject = (subject: DistinguishedName): readonly string[] =>
  subject.flatMap(([name, value]) => {
    const known = attributeNamed(name)
    if (known === undefined) {
      return [`attribute "${name}" is unknown; it may be one of ${SUBJECT_ATTRIBUTES.join(', ')}`]
    }
    if (value === '') return [`${name} is empty; give it a value or leave it out`]
    if (!known.form.test(value)) return [`${name}=${value} must be ${known.rule}`]
    if ([...value].length > known.max) return [`${name}=${value} is longer than ${known.max} characters`]
    return []
  })

/** RDNSequence with one attribute in each RDN. Throws Failure with all that `checkSubject` finds. */
export const encodeName = (subject: DistinguishedName): Der => {
  const problems = checkSubject(subject)
  if (problems.length > 0) {
    throw new Failure({ what: 'cannot make a certificate with this subject', why: problems.join('; ') })
  }
  return sequence(
    ...subject.flatMap(([name, value]) => {
      const known = attributeNamed(name)
      return known === undefined ? [] : [set(sequence(oid(known.oid), known.encode(value)))]
    }),
  )
}

/** Attributes in order; those of one multi-valued RDN follow each other, unknown ones go by their dotted OID. */
export const decodeName = (node: Der | undefined): DistinguishedName =>
  childrenOf(node).flatMap((rdn) =>
    childrenOf(rdn).map((pair) => {
      const [type, value] = childrenOf(pair)
      const dotted = oidOf(type)
      return [NAME_OF_OID.get(dotted) ?? dotted, textOf(value)] as const
    }),
  )

/** "C=CN,O=k8s,CN=etcd", for people. */
export const formatName = (name: DistinguishedName): string =>
  name.map(([key, value]) => `${key}=${value}`).join(',')

/** The same attributes, in whatever order: etcd reads CN alone, and other tools order the rest in their own way. */
export const sameName = (a: DistinguishedName, b: DistinguishedName): boolean =>
  JSON.stringify(a.map(formatPair).sort()) === JSON.stringify(b.map(formatPair).sort())

const formatPair = ([key, value]: readonly [string, string]): string => `${key}=${value}`
