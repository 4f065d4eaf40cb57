import type { Operation } from '../cluster/desired.js'
import type { Member, SshTarget } from '../cluster/member.js'
import { toleranceOf } from '../cluster/quorum.js'
import type { Form } from './form.js'
import { inUrl } from './parse/address.js'
import { parseBoolean } from './parse/scalar.js'
import { parseHostLine, type HostLine } from './parse/host-line.js'
import { itemsOf, parseEach } from './parse/list.js'
import type { PartialTarget } from './parse/target.js'

export interface SshDefaults {
  readonly user: string | undefined
  readonly port: number | undefined
}

export interface Ports {
  readonly client: number | undefined
  readonly peer: number | undefined
}

/** Reads `hosts`: one member per line, each name, address and login only once. undefined once a problem was noted. */
export const readMembers = (
  form: Form,
  operation: Operation | undefined,
  ssh: SshDefaults,
  ports: Ports,
): readonly Member[] | undefined => {
  const evenAllowed = form.ask('allow-even-members', parseBoolean)
  const { values: lines, faults } = parseEach(itemsOf(form.text('hosts')), parseHostLine)
  for (const fault of faults) form.fault('hosts', fault)
  const clear = checkClashes(form, lines, ssh)
  if (operation !== 'health' && evenAllowed === false) checkEven(form, lines.length + faults.length)
  if (!clear || faults.length > 0) return undefined
  const members = lines.map((line) => memberOf(line, ssh, ports))
  return members.includes(undefined) ? undefined : members.filter((member) => member !== undefined)
}

/** A login with what the input leaves out; undefined while a default is wrong itself. */
export const resolveTarget = (
  { user, host, port }: PartialTarget,
  defaults: SshDefaults,
): SshTarget | undefined => {
  const resolved = { user: user ?? defaults.user, host, port: port ?? defaults.port }
  return resolved.user === undefined || resolved.port === undefined
    ? undefined
    : { user: resolved.user, host, port: resolved.port }
}

const memberOf = (line: HostLine, defaults: SshDefaults, ports: Ports): Member | undefined => {
  const ssh = resolveTarget(targetOf(line), defaults)
  if (ssh === undefined || ports.client === undefined || ports.peer === undefined) return undefined
  const host = inUrl(line.address)
  return {
    name: line.name,
    address: line.address,
    clientUrl: `https://${host}:${ports.client}`,
    peerUrl: `https://${host}:${ports.peer}`,
    ssh,
  }
}

const targetOf = ({ ssh, address }: HostLine): PartialTarget =>
  ssh ?? { user: undefined, host: address, port: undefined }

const EXAMPLE = '192.168.1.1, 192.168.1.2, 192.168.1.3'

/** Notes what two lines must not share; true where there is nothing of that. */
const checkClashes = (form: Form, lines: readonly HostLine[], defaults: SshDefaults): boolean => {
  const addresses = repeated(lines.map(({ address }) => address))
  const names = repeated(lines.map(({ name }) => name)).filter((name) => !namesOnly(lines, name, addresses))
  const logins = repeated(
    lines.map((line) => {
      const { host, port } = targetOf(line)
      return `${inUrl(host)}:${port ?? defaults.port ?? 'ssh-port'}`
    }),
  )
  const loginsOnly = logins.filter(
    (login) => !addresses.some((address) => login.startsWith(`${inUrl(address)}:`)),
  )
  const loopback = lines.length > 1 ? lines.filter((line) => line.loopback) : []
  const note = (values: readonly string[], rule: string): void =>
    values.forEach((value) => form.fault('hosts', { value, rule, example: EXAMPLE }))
  note(addresses, 'is the address of more than one member')
  note(names, 'is the name of more than one member')
  note(loginsOnly, 'is the SSH login of more than one member, but each member needs a host of its own')
  note(
    loopback.map(({ address }) => address),
    'is the host itself on every host, so the other members cannot reach it',
  )
  return addresses.length + names.length + loginsOnly.length + loopback.length === 0
}

/** Do lines share a name only because they share an address? Then one sentence about the address is enough. */
const namesOnly = (lines: readonly HostLine[], name: string, addresses: readonly string[]): boolean =>
  new Set(lines.filter((line) => line.name === name).map(({ address }) => address)).size === 1 &&
  lines.some((line) => line.name === name && addresses.includes(line.address))

const repeated = (texts: readonly string[]): readonly string[] => {
  const seen = new Set<string>()
  return [...new Set(texts.filter((text) => seen.size === seen.add(text).size))]
}

const checkEven = (form: Form, count: number): void => {
  if (count === 0 || count % 2 === 1) return
  const fewer = count - 1
  form.fault('hosts', {
    value: '',
    rule:
      `has an even number of hosts: ${count} members tolerate ${failures(toleranceOf(count))}, ` +
      `no more than ${fewer} ${fewer === 1 ? 'does' : 'do'}; take ${fewer} or ${count + 1}, ` +
      'or set allow-even-members to true',
    example: '',
  })
}

const failures = (count: number): string =>
  count === 0 ? 'no failure' : count === 1 ? 'one failure' : `${count} failures`
