import fc from 'fast-check'

/** What a tool or a person does to a text on its way into a secret, with a name for the test's title. */
export type Mangling = readonly [name: string, mangle: (text: string) => string]

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const eachLine = (text: string, change: (line: string) => string): string =>
  text.trimEnd().split('\n').map(change).join('\n')

/** They can follow each other in any order. */
export const MANGLINGS: readonly Mangling[] = [
  ['the line ends of Windows', (text) => text.replace(/\r?\n/g, '\r\n')],
  ['the line ends of old Macs', (text) => text.replace(/\r?\n/g, '\r')],
  ['a byte order mark', (text) => `\ufeff${text}`],
  ['blanks around it', (text) => `\n \t${text}\n\n`],
  ['indented lines', (text) => eachLine(text, (line) => `      ${line}`)],
  ['trailing blanks', (text) => eachLine(text, (line) => `${line} \t`)],
  ['no last line end', (text) => text.trimEnd()],
  ['empty lines between', (text) => text.replaceAll('\n', '\n\n')],
  ['\\n for line ends', (text) => text.replaceAll('\n', '\\n')],
  ['\\r\\n for line ends', (text) => text.replaceAll('\n', '\\r\\n')],
  ['blanks for line ends', (text) => text.replaceAll('\n', ' ')],
  ['no line ends', (text) => text.replaceAll('\n', '')],
  ['single quotes', (text) => `'${text}'`],
  ['double quotes', (text) => `"${text}"`],
  ['a shell assignment', (text) => `export KEY="${text}"`],
  ['JSON', (text) => JSON.stringify({ key: text }).slice(7, -1)],
  ['JSON of PHP, with \\/', (text) => JSON.stringify(text).replaceAll('/', '\\/')],
  ['JSON of Gson, with \\u003d', (text) => JSON.stringify(text).replaceAll('=', '\\u003d')],
  ['a list of quoted lines', (text) => eachLine(text, (line) => `  "${line}",`)],
  ['quoted lines of a mail', (text) => eachLine(text, (line) => `> ${line}`)],
  ['percent-encoding', (text) => encodeURIComponent(text)],
  ["%0A for line ends, as GitHub's commands have it", (text) => text.replaceAll('\n', '%0A')],
  ['blanks that do not break', (text) => text.replaceAll(' ', '\u00a0')],
  ['invisible characters', (text) => eachLine(text, (line) => `\u200b${line}\u2060`)],
  ['base64', base64],
  ['base64 in lines of 76', (text) => base64(text).replace(/.{1,76}/g, '$&\n')],
  ['base64 without padding', (text) => base64(text).replace(/=+$/, '')],
  ['base64 for addresses', (text) => Buffer.from(text).toString('base64url')],
]

/** With the line ends gone it is not what it was. */
export const CONTINUED: Mangling = [
  'a continued line of a shell',
  (text) => eachLine(text, (line) => `${line}\\`),
]

/** Only for a text that has its BEGIN and END still to be seen. */
export const MANGLINGS_OF_PEM: readonly Mangling[] = [
  ['the encoding of a form', (text) => new URLSearchParams({ k: text }).toString().slice(2)],
  ['a first dash that was not copied', (pem) => pem.replace(/^-/, '')],
  ['a last dash that was not copied', (pem) => pem.trimEnd().replace(/-$/, '')],
  ['the dashes of a text processor', (pem) => pem.replaceAll('--', '\u2014')],
  ['words around it', (pem) => `Here is the key \u2014 keep it safe:\n\n${pem}\nRegards\n`],
  ['a fence of Markdown', (pem) => `\`\`\`pem\n${pem}\n\`\`\`\n`],
  ['the same once more', (pem) => `${pem}${pem}`],
  [
    'other columns',
    (pem) =>
      pem.replace(/(?:[A-Za-z0-9+/=]{20,}\n)+/g, (body) =>
        body.replaceAll('\n', '').replace(/.{1,76}/g, '$&\n'),
      ),
  ],
]

const several = fc.array(fc.constantFrom(...MANGLINGS), { maxLength: 4 })

/** One of the manglings of a PEM, then any sequence of the others; a secret grows with each, so there are not many. */
export const anyManglings: fc.Arbitrary<readonly Mangling[]> = fc
  .tuple(fc.option(fc.constantFrom(...MANGLINGS_OF_PEM)), several)
  .map(([first, then]) => [...(first === null ? [] : [first]), ...then])

export const mangled = (text: string, manglings: readonly Mangling[]): string =>
  manglings.reduce((all, [, mangle]) => mangle(all), text)
