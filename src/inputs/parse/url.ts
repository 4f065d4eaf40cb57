import { withoutEndingSlashes } from '../../cluster/path.js'
import { bad, badSecret, good, type Parsed } from './parsed.js'

const MIRROR = 'https://mirror.example.com/etcd'
const ENDPOINT = 'https://192.168.1.1:2379'

/** An http or https URL that paths can be added to, without trailing slash. */
export const parseBaseUrl = (text: string): Parsed<string> => {
  const url = parse(text)
  if (url === undefined) return bad(text, 'is not a URL that begins with https:// or http://', MIRROR)
  if (url.username !== '' || url.password !== '') {
    return badSecret(text, 'holds a user name or password, which logs would show', MIRROR)
  }
  if (/:\/\/.*:\/\//.test(text)) return bad(text, 'holds more than one URL; there is one mirror', MIRROR)
  if (/[?#]/.test(text)) return bad(text, 'holds a ? or #, behind which no path can be added', MIRROR)
  return good(withoutEndingSlashes(url.href))
}

/** A client URL of a member as etcdctl takes it: `https://HOST:PORT`, nothing behind. */
export const parseEndpoint = (text: string): Parsed<string> => {
  const url = parse(/:\/\//.test(text) ? text : 'none:')
  if (url === undefined) return bad(text, 'is not a URL that begins with https:// or http://', ENDPOINT)
  if (url.username !== '' || url.password !== '')
    return badSecret(text, 'holds a user name or password, which logs would show', ENDPOINT)
  if (!/^https?:\/\/[^/?#]*:\d+\/?$/i.test(text)) {
    return bad(text, "does not end in a port; etcd's client port has to be written out", ENDPOINT)
  }
  // The URL class drops the default port of a scheme, etcdctl needs it.
  const port = /:(\d+)\/?$/.exec(text)?.[1] ?? ''
  if (port === '0') return bad(text, 'has the port 0, which no member can have', ENDPOINT)
  return good(`${url.protocol}//${url.hostname}:${Number(port)}`)
}

const parse = (text: string): URL | undefined => {
  if (/\s/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' ? url : undefined
}
