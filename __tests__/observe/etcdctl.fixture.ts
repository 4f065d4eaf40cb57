import type { Command, CommandResult } from '../../src/ssh/port.js'

/** What a host does with commands of etcdctl, alone or in turn, where etcdctl answers an argv by `says`. */
export const etcdctlThat =
  (says: (argv: readonly string[]) => CommandResult | Promise<CommandResult>) =>
  async ({ args = [] }: Pick<Command, 'args'>): Promise<CommandResult> => {
    if (!/^\d+$/.test(args[1] ?? '')) return says(args.slice(1))
    const told: string[] = []
    for (let at = 0; at < args.length;) {
      const count = Number(args[at + 1])
      const result = await says(args.slice(at + 2, at + 2 + count))
      told.push(result.stdout)
      if (result.code !== 0) return { ...result, stdout: told.join('\x1e') }
      at += 2 + count
    }
    return { code: 0, stdout: told.map((text) => `${text}\x1e`).join(''), stderr: '' }
  }
