const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
}

/** A setting of a unit file: `key=value` in `[section]`, continued lines joined. */
export interface UnitSetting {
  readonly section: string
  readonly key: string
  readonly value: string
}

/** All settings of a unit file in order (systemd.syntax(7)): comments dropped, also those between continued lines. */
export const parseUnit = (text: string): UnitSetting[] => {
  const settings: UnitSetting[] = []
  let section = ''
  let pending = ''
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line)) continue
    const joined = pending + line.replace(/\r$/, '')
    if (isContinued(joined)) {
      pending = `${joined.slice(0, -1)} `
      continue
    }
    pending = ''
    const header = /^\s*\[(.+)\]\s*$/.exec(joined)
    const setting = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(joined)
    if (header) section = header[1] ?? ''
    else if (setting) settings.push({ section, key: setting[1] ?? '', value: setting[2] ?? '' })
  }
  return settings
}

/**
 * The argv that a unit's ExecStart= starts, the program first; undefined where it has none. An empty ExecStart= forgets
 * the ones before it, as systemd does. Specifiers other than `%%` and variables other than `$$` stay as they are written.
 */
export const parseExecStart = (unitText: string): readonly string[] | undefined => {
  let argv: readonly string[] | undefined
  for (const { section, key, value } of parseUnit(unitText)) {
    if (section !== 'Service' || key !== 'ExecStart') continue
    argv = value === '' ? undefined : (argv ?? parseCommandLine(value))
  }
  return argv
}

const parseCommandLine = (line: string): string[] => {
  const words = splitWords(line).map((word) => word.replaceAll('%%', '%'))
  const [program = '', ...rest] = words
  return [program.replace(/^[@\-:+!|]+/, ''), ...rest.map((word) => word.replaceAll('$$', '$'))]
}

/** Words by systemd's rules: both quotes hold words together, backslash escapes in and outside of quotes. */
export const splitWords = (line: string): string[] => {
  const words: string[] = []
  const token = /\s+|"((?:\\[^]|[^"\\])*)"|'((?:\\[^]|[^'\\])*)'|((?:\\[^]|[^\s"'\\])+|["'\\])/g
  let current: string | undefined
  for (const [all, double, single, bare] of line.matchAll(token)) {
    const part = double ?? single ?? bare
    if (part === undefined && /^\s/.test(all)) {
      if (current !== undefined) words.push(current)
      current = undefined
    } else {
      current = (current ?? '') + unescape(part ?? '')
    }
  }
  return current === undefined ? words : [...words, current]
}

const unescape = (text: string): string =>
  text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]))/g,
    (all, ...groups) => {
      const [hex, short, long, octal, letter] = groups as (string | undefined)[]
      const code = hex ?? short ?? long
      if (code !== undefined) return String.fromCodePoint(parseInt(code, 16))
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8))
      if (letter === '\\' || letter === '"' || letter === "'") return letter
      return (letter && ESCAPES[letter]) ?? all
    },
  )

const isContinued = (line: string): boolean => (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1
