import { visibleLine } from '../foreign-text.js'

/** More is no message of sudo's. */
const MOST_SAID = 4096

/** Why sudo does not make us root, its own words sorted, and what to do; whatever it says, in whatever language, the sudoers line is the usual answer. */
export const sudoWords = (output: string, user: string): { why: string; next: string } => {
  const said = output.slice(0, MOST_SAID)
  const quoted = visibleLine(wordsOf(said)) || 'no message'
  const line = `put "${user} ALL=(root) NOPASSWD: ALL" in /etc/sudoers.d/${user.replace(/[^\w-]/g, '_')} there`
  if (/sudo:? (command )?not found|no such file/i.test(said) || isNotFound(said)) {
    return {
      why: `sudo is not installed there (${quoted})`,
      next: `install sudo and ${line}, or log in as root`,
    }
  }
  if (/must have a tty|askpass|terminal is required/i.test(said) && !/password/i.test(said)) {
    return {
      why: `sudo wants a terminal (${quoted})`,
      next: `add "Defaults:${user} !requiretty" to sudoers there`,
    }
  }
  if (/password/i.test(said)) return { why: `sudo asks for a password (${quoted})`, next: line }
  if (/not in the sudoers|not allowed|may not run/i.test(said)) {
    return { why: `sudo does not allow it (${quoted})`, next: line }
  }
  return { why: `sudo failed (${quoted})`, next: `${line}, or log in as root` }
}

/** "command not found: sudo", in the words of zsh. */
const isNotFound = (said: string): boolean =>
  said
    .toLowerCase()
    .split('\n')
    .some((line) => line.includes('not found') && line.lastIndexOf('sudo') > line.indexOf('not found'))

/** What sudo said, without what the login printed beside it, where the two can be told apart. */
const wordsOf = (said: string): string => {
  const lines = said.split('\n')
  const own = lines.filter((line) => /\bsudo(ers)?\b/.test(line))
  return (own.length > 0 ? own : lines).join('\n')
}
