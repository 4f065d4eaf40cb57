/** More layers than anybody wraps a secret in; each one is read once. */
const MOST_LAYERS = 12

/** What secrets gain on their way and base64 never holds: quotes, braces, signs of mail and of tables, commas, backslashes, blanks. */
export const NOISE = /[\s\u200b-\u200d\u2060\ufeff"'`\u2018-\u201d>|,{}\\]/g

/** A name that the value was given to: `export KEY=`, `"key":`. */
const NAME = /^(?:[\w+-]{1,80}[:=]){1,4}(?=\w)/

/**
 * The text as given, and each text that it was before it went through a tool that escaped or encoded it, down to the first one that
 * `isIt`. Undone are escapes of JSON and of shells (`\n`, `\\n`, `\/`, `\u003d`), percent-encoding (`%0A`, and `+` for blanks in a
 * form) and base64 of the whole, in any order, several times too. Just the text where none of that leads to one that `isIt`.
 */
export const layersOf = (given: string, isIt: (text: string) => boolean): readonly string[] => {
  const layers = [given]
  for (let text = given; layers.length <= MOST_LAYERS;) {
    const plain = withoutEscapes(text)
    if (plain !== text) layers.push(plain)
    if (isIt(plain)) return layers
    const packed = plain.replace(NOISE, '').replace(NAME, '')
    if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(packed)) break
    text = Buffer.from(packed, 'base64').toString('utf8')
    layers.push(text)
  }
  return layers.some(isIt) ? layers : [given]
}

const withoutEscapes = (given: string): string => {
  let text = given
  for (let round = 0; round < MOST_LAYERS; round++) {
    const before = text
    text = withoutPercent(withoutBackslashes(text))
    if (text === before) break
  }
  return text
}

/** However many times it was escaped. */
const withoutBackslashes = (text: string): string =>
  text.replace(/\\{1,16}(?:u([0-9a-fA-F]{4})|([nrt/]))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPED[letter] ?? '') : String.fromCharCode(parseInt(code, 16)),
  )

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '/': '/' }

/** One layer of it. No PEM and no base64 holds a percent sign. */
const withoutPercent = (text: string): string => {
  const isForm = /BEGIN\+[A-Z]/.test(text)
  return (isForm ? text.replaceAll('+', ' ') : text).replace(/(?:%[0-9A-F]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}
