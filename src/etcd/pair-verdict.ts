/** Longest text of a reason, characters. */
const LONGEST = 300

/**
 * Why Go's TLS refuses a pair of key and certificate, in its own words, out of what etcd and etcdctl wrote: "x509: a root or
 * intermediate certificate is not authorized to sign for this name: ...", "tls: private key does not match public key". Empty where
 * neither gives a reason. Where etcdctl 3.4 keeps its reason to itself, that it broke off is all there is to be told.
 */
export const pairRefusal = (text: string): string => {
  const reasons = text.split('\n').flatMap(reasonsIn)
  const first = reasons.find((reason) => reason.startsWith('x509: ')) ?? reasons[0]
  return (
    first ?? (text.includes('remote error: tls: ') ? 'etcdctl refuses it as the certificate of a server' : '')
  )
}

const MARKS = ['x509: ', 'tls: '] as const
/** That the other side broke off, or words before the reason: no reason by themselves. */
const ECHOES = [
  'tls: failed to verify',
  'tls: bad certificate',
  'tls: internal error',
  'tls: certificate required',
]

const reasonsIn = (line: string): readonly string[] =>
  MARKS.flatMap((mark) => {
    const at = line.indexOf(mark)
    const reason = at < 0 ? '' : quoted(line.slice(at))
    return reason === '' || ECHOES.some((echo) => reason.startsWith(echo)) ? [] : [reason]
  })

/** A text that stands between quotation marks, up to the closing one; those inside it come in pairs and are escaped deeper. */
const quoted = (text: string): string => {
  const marks = [...text.matchAll(/"/g)].map(({ index }) => ({ index, depth: depthAt(text, index) }))
  let end = text.length
  for (let place = 0; place < marks.length; place += 2) {
    const [mark, next] = [marks[place]!, marks[place + 1]]
    if (mark.depth > 0 && next?.depth === mark.depth) continue
    end = mark.index - mark.depth
    break
  }
  const plain = text
    .slice(0, end)
    .replaceAll('\\', '')
    .replaceAll('"', "'")
    .replace(/\p{Cc}/gu, ' ')
    .trim()
  return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST - 1)}…`
}

const MOST_DEPTH = 7

/** Backslashes before it. */
const depthAt = (text: string, index: number): number => {
  let depth = 0
  while (depth < MOST_DEPTH && text[index - depth - 1] === '\\') depth++
  return depth
}
