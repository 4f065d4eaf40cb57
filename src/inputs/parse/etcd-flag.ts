import type { EtcdFlag } from '../../cluster/desired.js'
import { bad, good, type Parsed } from './parsed.js'

const EXAMPLE = '--heartbeat-interval=200'

/** `--flag=value`, or `--flag` alone for `--flag=true`. */
export const parseEtcdFlag = (text: string): Parsed<EtcdFlag> => {
  if (/[\s,;|&]-/.test(text))
    return bad(text, 'holds more than one flag; each goes on a line of its own', EXAMPLE)
  if (/^--?[a-z0-9-]+\s/.test(text))
    return bad(text, 'has a blank where the = between flag and value belongs', EXAMPLE)
  if (/[\s\p{C}]/u.test(text)) return bad(text, 'holds a blank or a control character', EXAMPLE)
  const [, name, value] = /^--([a-z0-9]+(?:-[a-z0-9]+)*)(?:=(.*))?$/.exec(text) ?? []
  if (name === undefined) return bad(text, 'is no flag of etcd: --flag=value, in lower case', EXAMPLE)
  return good({ name, value: value ?? 'true' })
}
