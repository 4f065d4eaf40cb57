/** How deep keys are wrapped: base64 of a base64, as a Kubernetes secret that was put into a variable. */
const MOST_LAYERS = 3

/** Beginnings of private keys. */
const PRIVATE = /PRIVATE KEY|---- BEGIN SSH2 ENC|PuTTY-User-Key-File|openssh-key-v1/i

/** Of anything in PEM. */
const PEM = /-----BEGIN/

/** A password inside a URL. */
const holdsUserInUrl = (text: string): boolean =>
  text.split(/\s/).some((word) => {
    const slashes = word.indexOf('://')
    return slashes >= 0 && word.lastIndexOf('@') > slashes
  })

/** DER of a private key: a SEQUENCE that begins with its version 0 or 1 (PKCS#1, PKCS#8, SEC 1). */
// eslint-disable-next-line no-control-regex -- the bytes are meant
const DER_KEY = /^\x30(?:\x82[\s\S]{2}|\x81[\s\S]|[\x20-\x7f])\x02\x01[\x00\x01][\x02\x04\x30]/

/** A line of a key on its own. */
const KEY_LINE = /^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z0-9+/]{40,}={0,2}$/

/** A part of a line of a key between two slashes, of which every 64th character is one; names in paths are shorter, or plainer. */
const KEY_PART = /^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[A-Za-z0-9+]{20,}$/

/** The same in the alphabet for URLs, and hexadecimal. */
const OTHER_LINE =
  /^(?![/.])(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[\w-]{40,}={0,2}$|^(?:[0-9a-f]{2}){32,}$|^(?:[0-9A-F]{2}){32,}$/

/**
 * Is a private key in it, however it was wrapped: base64 or base64url or hexadecimal of it (once or more often, on one line or several,
 * in quotes, percent-encoded), its line ends written out?
 */
export const holdsPrivateKey = (text: string): boolean =>
  holds(text, (inside) => PRIVATE.test(inside) || DER_KEY.test(inside), MOST_LAYERS)

/** Is that in it, or anything else that comes as PEM? */
export const holdsPem = (text: string): boolean =>
  holds(text, (inside) => PRIVATE.test(inside) || PEM.test(inside) || DER_KEY.test(inside), MOST_LAYERS)

const holds = (text: string, found: (inside: string) => boolean, layers: number): boolean =>
  found(text) || (layers > 0 && unwrapped(text).some((inside) => holds(inside, found, layers - 1)))

/** What a text may be the coded form of, as Latin-1; empty where it is too short to be a key. */
const unwrapped = (text: string): readonly string[] => {
  const plain = text.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)))
  // Line ends and quotes, written out or not, break a code up and are no part of it; blanks may also stand before one.
  const joined = plain.replace(/\\{1,16}[nrt]|[\s"'`\\]+/g, '')
  const runs = [...new Set([joined, plain].flatMap((each) => each.match(/[A-Za-z0-9+/_=-]{32,}/g) ?? []))]
  return runs.flatMap((run) => [
    ...starts(run).map((code) => Buffer.from(code, 'base64').toString('latin1')),
    ...(/^[0-9a-f]+$/i.test(run) ? [Buffer.from(run, 'hex').toString('latin1')] : []),
  ])
}

/** A name in front of the key, as in `KEY=LS0t`, is in the alphabet too. */
const starts = (run: string): readonly string[] => {
  const behind = run.search(/=(?=[^=])/) + 1
  return behind > 0 ? [run, run.slice(behind)] : [run]
}

/** Has a value, in which something is wrong, to be kept out of the message? It may be a key, a part of one, or hold a password. */
export const looksSecret = (text: string): boolean =>
  holdsUserInUrl(text) || holdsPem(text) || looksLikeKeyLine(text) || OTHER_LINE.test(text)

/** A line out of a key, or a key without any mark. */
export const looksLikeKeyLine = (text: string): boolean =>
  KEY_LINE.test(text) && (!text.startsWith('/') || text.split('/').some((part) => KEY_PART.test(part)))
