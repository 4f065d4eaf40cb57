/** Characters that mean only themselves in every place of a systemd command line. */
const PLAIN = /^[A-Za-z0-9_@:/.,=+[\]-]+$/

/**
 * One argument for systemd's ExecStart= (systemd.service(5), COMMAND LINES): specifiers and variables are switched off, and
 * whatever else could be read as syntax is quoted. Any text without NUL is understood.
 */
export const quoteArgument = (text: string): string => quoteWord(text.replaceAll('$', '$$$$'))

/** The program of ExecStart=, where systemd replaces specifiers but no variables. */
export const quoteProgram = (path: string): string => quoteWord(path)

/** One word of a setting that is a list of words, such as ReadWritePaths=. */
export const quoteWord = (text: string): string => {
  const specified = quotePath(text)
  return PLAIN.test(specified) ? specified : `"${[...specified].map(escapeCharacter).join('')}"`
}

/** A setting that takes the rest of its line as a path, such as WorkingDirectory=: only specifiers mean something. */
export const quotePath = (path: string): string => path.replaceAll('%', '%%')

const escapeCharacter = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : character
}
