import { isLoopback, parseMemberAddress } from './member-address.js'
import { parseMemberName } from './name.js'
import { bad, good, type Fault, type Parsed } from './parsed.js'
import { parseTarget, type PartialTarget } from './target.js'

/** A line of `hosts`. */
export interface HostLine {
  /** As parseAddress gives it. */
  readonly address: string
  readonly loopback: boolean
  readonly name: string
  /** undefined where the line has no `ssh=`. */
  readonly ssh: PartialTarget | undefined
}

const EXAMPLE = '192.168.1.1 name=etcd-1 ssh=admin@10.0.0.1:22'

/** `ADDRESS [name=NAME] [ssh=[USER@]HOST[:PORT]]`. */
export const parseHostLine = (text: string): Parsed<HostLine> => {
  const [addressText = '', ...attributes] = text.split(/\s+/)
  if (/^(?:name|ssh)=/.test(addressText)) return bad(text, 'does not begin with the address', EXAMPLE)
  const address = parseMemberAddress(addressText)
  const faults: Fault[] = address.ok ? [] : [...address.faults]
  const take = <T>(parsed: Parsed<T> | undefined): T | undefined => {
    if (parsed?.ok) return parsed.value
    faults.push(...(parsed?.faults ?? []))
    return undefined
  }

  const given = new Map<string, string>()
  for (const attribute of attributes) {
    const [, key, value] = /^(name|ssh)=(.*)$/s.exec(attribute) ?? []
    if (key === undefined || value === undefined) faults.push(strayWord(attribute))
    else if (given.has(key))
      faults.push({ value: attribute, rule: `is a second ${key}= on one line`, example: EXAMPLE })
    else given.set(key, value)
  }

  const nameText = given.get('name')
  const sshText = given.get('ssh')
  const ssh = take(sshText === undefined ? undefined : parseTarget(sshText))
  const name = take(nameText === undefined ? undefined : parseMemberName(nameText))
  if (!address.ok || faults.length > 0) return { ok: false, faults }
  const fallback = nameText === undefined ? parseMemberName(defaultName(address.value.address)) : undefined
  if (fallback?.ok === false) {
    return bad(text, 'is too long to be the member name as well; give a name', `${EXAMPLE}`)
  }
  return good({
    address: address.value.address,
    loopback: isLoopback(address.value),
    name: name ?? fallback?.value ?? '',
    ssh,
  })
}

/** `etcd-ADDRESS`; the colons of IPv6 would be hard to read in `--initial-cluster`, so they become dashes. */
export const defaultName = (address: string): string => `etcd-${address.replaceAll(':', '-')}`

const strayWord = (word: string): Fault =>
  word.includes('=')
    ? {
        value: word,
        rule: 'is not known here: an address is followed by name= and ssh= only',
        example: EXAMPLE,
      }
    : {
        value: word,
        rule: 'is neither name= nor ssh=; each host goes on a line of its own',
        example: EXAMPLE,
      }
