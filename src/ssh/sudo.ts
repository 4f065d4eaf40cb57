import { Failure } from '../failure.js'
import { runCommand } from './run.js'
import type { ExecContext } from './exec.js'

const CHECK_MS = 15_000

/** Proves that commands run as root through `sudo -n`; throws Failure with the sudoers line that is missing. */
export const checkSudo = async (context: ExecContext, user: string): Promise<void> => {
  const label = 'check that sudo works'
  const { code, stdout, stderr } = await runCommand(context, { label, script: 'id -u', timeoutMs: CHECK_MS })
  if (code === 0 && stdout.trim() === '0') return
  const { why, next } = sudoWords(`${stderr}\n${stdout}`, user)
  throw new Failure({ what: `${user} cannot become root with sudo`, where: context.where, why, next })
}

/** sudo's own words sorted; whatever it says, in whatever language, the sudoers line is the usual answer. */
const sudoWords = (said: string, user: string): { why: string; next: string } => {
  const quoted = said.trim().split('\n')[0]?.trim().slice(0, 300) || 'no message'
  const line = `put "${user} ALL=(root) NOPASSWD: ALL" in /etc/sudoers.d/${user.replace(/[^\w-]/g, '_')} there`
  if (/sudo:? (command )?not found|not found.*sudo|no such file/i.test(said)) {
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
