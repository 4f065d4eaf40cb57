import { expect } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { shownLog } from './shape.js'

/**
 * Everything on the hosts that a refused run must leave alone: each file and directory outside of the system's own state
 * with inode, size, times, mode and owner, every etcd process with its age, and who listens.
 */
export const tracesOf = (lab: Lab, hosts: readonly number[]): Promise<readonly string[]> =>
  Promise.all(
    hosts.map((host) =>
      lab.on(
        host,
        "find /etc /opt /root /srv /usr/local /var/lib /var/backups /tmp /var/tmp -path /var/lib/systemd -prune -o -path '*/systemd-private-*' -prune -o " +
          "-path '*/member' -prune -o -printf '%p %y %i %s %T@ %C@ %m %u\\n' | sort; " +
          'for pid in $(pgrep -x etcd); do cut -d" " -f1,22 /proc/$pid/stat; done; ss -Hltn | sort',
      ),
    ),
  )

/** A run that must fail before it changes anything on `untouched`, the hosts that were given unless said otherwise. */
export const refused = async (
  lab: Lab,
  inputs: Readonly<Record<string, string>>,
  untouched: readonly number[],
): Promise<RunResult & { readonly failure: string }> => {
  const before = await tracesOf(lab, untouched)
  const result = await run(inputs)
  expect(await tracesOf(lab, untouched)).toEqual(before)
  expect(result.outputs['changed']).toBe('false')
  return failed(result)
}

/**
 * What holds for each run that failed as it should: exit status, outputs, one annotation with the sentence, no stack.
 * With `E2E_SAY` set the sentences are printed, for whoever wants to read them.
 */
export const failed = (result: RunResult): RunResult & { readonly failure: string } => {
  expect(result.exitCode, shownLog(result)).toBe(1)
  expect(result.outputs['healthy']).toBe('false')
  const failure = result.outputs['failure'] ?? ''
  expect(failure).not.toBe('')
  expect(result.errors).toHaveLength(1)
  expect(result.errors[0]).toContain(failure)
  expect(result.log).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m)
  if (process.env['E2E_SAY']) console.log(`${failure}\n${result.warnings.join('\n')}`)
  return { ...result, failure }
}
