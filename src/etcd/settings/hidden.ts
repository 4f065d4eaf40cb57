/** In place of what may be a secret. */
export const NOT_SHOWN = '(not shown)'

/** Settings of a unit whose value people keep passwords in. */
const SECRET_SETTING = /^(?:Environment|SetCredential|SetCredentialEncrypted)$/

/** Commands of a unit beside the one that etcd is started with: what they are given may be anything. */
const COMMAND = /^Exec(?:Condition|StartPre|StartPost|Reload|Stop|StopPost)$/

/** Flags of etcd with a password, or a word that lets its holder join. */
const SECRET_FLAG = /^-{1,2}discovery(?:-password|-user|-token)?$/

/** The names of variables that may hold a secret, whatever program they are for. Paths of files are none. */
const SECRET_VARIABLE = /TOKEN|PASS|PW|SECRET|CREDENTIAL|ACCESS|PRIVATE|DISCOVERY|_KEY(?:_ID)?$/

/** By the name, as etcd ignores variables that it does not know: whatever others call them may stand there. */
export const isSecretVariable = (name: string): boolean => SECRET_VARIABLE.test(name)

/**
 * The value of a setting of somebody's unit as it may be shown, or of a flag in it. `name`: `Key`, `[Section] Key`, or the flag with its
 * dashes.
 */
export const shownValue = (name: string, value: string): string => {
  if (value === '') return value
  if (name.startsWith('-')) return SECRET_FLAG.test(name) ? NOT_SHOWN : shownWords(value)
  const key = name.replace(/^\[[^\]]*\] /, '')
  if (SECRET_SETTING.test(key)) return NOT_SHOWN
  return COMMAND.test(key) ? shownCommand(value) : shownWords(value)
}

/** The program of a command, without its arguments. */
const shownCommand = (command: string): string => {
  const text = command.trim()
  const end = text.search(/\s/)
  return end < 0 ? text : `${text.slice(0, end)} ${NOT_SHOWN}`
}

/** A command line, or anything else, without users in URLs, the values of secret flags, and those of variables that may be secret. */
export const shownWords = (text: string): string =>
  text
    .replace(/:\/\/[^\s/@"']*@/g, `://${NOT_SHOWN}@`)
    .replace(
      /(^|[\s"'])(-{1,2}discovery(?:-password|-user|-token)?)(=|\s+)[^\s"'\\]+/g,
      (_, before: string, flag: string, sign: string) => `${before}${flag}${sign}${NOT_SHOWN}`,
    )
    .replace(/(^|[\s"'])([A-Za-z_]\w*)=[^\s"'\\]+/g, (whole, before: string, name: string) =>
      isSecretVariable(name.toUpperCase()) ? `${before}${name}=${NOT_SHOWN}` : whole,
    )

/** The lines of somebody's unit as they may be shown, one for each: of settings that go on in later lines, and of comments, too. */
export const shownUnitLines = (lines: readonly string[]): readonly string[] => {
  // The setting that the next line belongs to. A comment may be one that was put out of force.
  const open = { setting: '', comment: '' }
  return lines.map((line) => {
    const blanks = line.length - line.trimStart().length
    const lead = line.slice(0, /^[#;]/.test(line.slice(blanks)) ? blanks + 1 : blanks)
    const text = line.slice(lead.length)
    const kind = lead.trim() === '' ? 'setting' : 'comment'
    const before = open[kind]
    const [, head = '', name = ''] = before === '' ? (/^(\s*([A-Za-z]+)\s*=\s*)/.exec(text) ?? []) : []
    const key = before || name
    open[kind] = /\\\r?$/.test(text) ? key : ''
    const value = text.slice(head.length)
    if (key === '' || value === '') return line
    return lead + head + (before === '' ? shownValue(key, value) : shownRest(key, value))
  })
}

/** A later line of a setting: of a command it is all arguments. */
const shownRest = (key: string, value: string): string =>
  SECRET_SETTING.test(key) || COMMAND.test(key) ? hiddenText(value) : shownWords(value)

const hiddenText = (text: string): string =>
  text.trim() === '' ? text : text.slice(0, text.length - text.trimStart().length) + NOT_SHOWN
