/** What stands on a command line. */
export interface CommandLine {
  /** Every value that was given for a name, in order. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** What is wrong with it, as clauses about a word of it. */
  readonly faults: readonly { readonly word: string; readonly rule: string }[]
  readonly asksFor: 'help' | 'version' | undefined
}

/**
 * Reads `--name=value` and `--name value`; a value that begins with `--` has to be written with `=`. `--version` alone asks for
 * our own version: with a value it is the input of that name.
 */
export const parseFlags = (words: readonly string[]): CommandLine => {
  const flags = new Map<string, string[]>()
  const faults: { word: string; rule: string }[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const next = words[at + 1]
    const [, name, inline] = /^--([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/.exec(word) ?? []
    if (name === undefined) {
      // It may be a value that lost its flag, and a secret.
      faults.push({ word: '', rule: 'has a word that is neither a flag, --name=value, nor the value of one' })
    } else if (inline === undefined && (next === undefined || next.startsWith('--'))) {
      faults.push({ word: `--${name}`, rule: 'has no value' })
    } else {
      const values = flags.get(name) ?? []
      flags.set(name, values)
      values.push(inline ?? next ?? '')
      if (inline === undefined) at++
    }
  }
  return { flags, faults, asksFor: asked(words) }
}

const asked = (words: readonly string[]): CommandLine['asksFor'] => {
  if (words.includes('--help') || words.includes('-h')) return 'help'
  return words.length === 1 && words[0] === '--version' ? 'version' : undefined
}
