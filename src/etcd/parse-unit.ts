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
  let pending: string[] = []
  for (const raw of text.split('\n')) {
    if (/^\s*[#;]/.test(raw)) continue
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (isContinued(line)) {
      pending.push(line.slice(0, -1))
      continue
    }
    const joined = [...pending, line].join(' ').trim()
    pending = []
    const header = headerIn(joined)
    const equals = joined.indexOf('=')
    const key = joined.slice(0, Math.max(equals, 0)).trimEnd()
    if (header !== undefined) section = header
    else if (key !== '' && !/\s/.test(key)) {
      settings.push({ section, key, value: joined.slice(equals + 1).trimStart() })
    }
  }
  return settings
}

const headerIn = (line: string): string | undefined =>
  line.length > 2 && line.startsWith('[') && line.endsWith(']') ? line.slice(1, -1) : undefined

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
      const code = parseInt(hex ?? short ?? long ?? '', 16)
      if (code > LAST_CODE_POINT) return all
      if (code >= 0) return String.fromCodePoint(code)
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8))
      if (letter === '\\' || letter === '"' || letter === "'") return letter
      return (letter && ESCAPES[letter]) ?? all
    },
  )

/** One that an odd number of backslashes ends: each of the others stands before its own. */
const isContinued = (line: string): boolean => {
  let end = line.length
  while (line[end - 1] === '\\') end--
  return (line.length - end) % 2 === 1
}

const LAST_CODE_POINT = 0x10ffff
