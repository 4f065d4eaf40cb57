import type { DesiredSsh } from '../cluster/desired.js'
import type { SshTarget } from '../cluster/member.js'
import { authorityOf, knownKeyTypes, lookupName, parseKnownHosts } from '../ssh/known-hosts.js'
import { checkPrivateKey } from '../ssh/private-key.js'
import { complete, type Form } from './form.js'
import { cleanKnownHosts } from './known-hosts-text.js'
import { resolveTarget, type SshDefaults } from './members.js'
import { emptySecret, secretExample } from './missing.js'
import { whyNoPem } from './no-pem.js'
import { oneOf, portLike } from './parse/scalar.js'
import { parseLogin, parseTarget } from './parse/target.js'
import { cleanPem } from './pem-text.js'

export interface SshNeeds {
  /** Does the run log in anywhere? What is given is checked either way. */
  readonly needed: boolean
  /** Logins of the members, as far as they are known. */
  readonly targets: readonly SshTarget[]
  /** SSH_AUTH_SOCK of the runner. */
  readonly agent: string | undefined
}

export const readSshDefaults = (form: Form): SshDefaults => ({
  user: form.ask('ssh-user', parseLogin),
  port: form.ask('ssh-port', portLike('22')),
})

/** Reads how to log in and whom to trust; the private key itself is only checked here. */
export const readSsh = (form: Form, defaults: SshDefaults, needs: SshNeeds): DesiredSsh | undefined => {
  const hostKeyChecking = form.ask('ssh-host-key-checking', oneOf(['strict', 'accept-new']))
  const partial = form.askList('ssh-jump', parseTarget)
  const jumps = partial?.map((jump) => resolveTarget(jump, defaults)).filter((jump) => jump !== undefined)
  if (jumps !== undefined) checkJumps(form, jumps)
  checkKey(form, needs)
  if (hostKeyChecking === 'accept-new' && needs.needed) {
    form.warn(
      'ssh-host-key-checking is accept-new: the key of a host that is not in ssh-known-hosts is taken as it comes, ' +
        'from whoever answers; keep the lines this run prints in ssh-known-hosts and go back to strict',
    )
  }
  const strict = hostKeyChecking === 'strict' && needs.needed
  const knownHosts = cleanKnownHosts(form.text('ssh-known-hosts'))
  checkKnownHosts(form, knownHosts, { targets: strict ? [...(jumps ?? []), ...needs.targets] : [], strict })
  return complete<DesiredSsh>({ knownHosts, hostKeyChecking, jumps })
}

const checkJumps = (form: Form, jumps: readonly SshTarget[]): void => {
  const places = jumps.map(({ host, port }) => lookupName(host, port))
  const twice = places.find((place, index) => places.indexOf(place) !== index)
  if (twice === undefined) return
  const rule = 'is passed twice; each bastion goes in once, in order'
  form.fault('ssh-jump', { value: twice, rule, example: 'admin@bastion.example.com' })
}

const checkKey = (form: Form, { needed, agent }: SshNeeds): void => {
  const text = form.text('ssh-private-key')
  const example = secretExample('ssh-private-key')
  if (text === '') {
    if (!needed || (agent !== undefined && agent !== '')) return
    form.fault(
      'ssh-private-key',
      emptySecret('ssh-private-key', ', and there is no SSH agent either (SSH_AUTH_SOCK is not set)'),
    )
    return
  }
  const key = cleanPem(text)
  const check = checkPrivateKey(key, form.text('ssh-passphrase'))
  if (check.ok) return
  const strange = check.kind === 'no-key' ? whyNoPem(key) : undefined
  const rule = strange ?? `cannot be used: ${check.problem}; ${check.next}`
  form.fault('ssh-private-key', { value: text, rule, example })
}

const KNOWN_HOSTS_EXAMPLE = '192.168.1.1 ssh-ed25519 AAAAC3Nza...'

const checkKnownHosts = (
  form: Form,
  text: string,
  { targets, strict }: { readonly targets: readonly SshTarget[]; readonly strict: boolean },
): void => {
  const note = (value: string, rule: string): void =>
    form.fault('ssh-known-hosts', { value, rule, example: KNOWN_HOSTS_EXAMPLE })
  if (text === '') {
    if (strict) {
      note(
        '',
        'is empty, so no host could be told from an impostor: give the lines that ssh-keyscan prints for the hosts, ' +
          'after comparing the fingerprints (if they come from a secret or a variable, it is probably not set)',
      )
    }
    return
  }
  const { entries, authorities, problems } = parseKnownHosts(text)
  for (const { line, problem } of problems) note('', `has a line ${line} that cannot be read: ${problem}`)
  if (problems.length > 0) return
  const unknown = targets.filter(({ host, port }) => knownKeyTypes(entries, host, port).length === 0)
  for (const { host, port } of distinct(unknown)) {
    const authority = authorityOf(authorities, host, port)
    const scan = `ssh-keyscan ${port === 22 ? '' : `-p ${port} `}${host}`
    note(
      '',
      `has no line for ${lookupName(host, port)}${authority === undefined ? '' : ` but the certificate authority in line ${authority} (SSH certificates are not supported)`}` +
        `, so that host would be refused: add what "${scan}" prints, ` +
        'after comparing the fingerprint on the host',
    )
  }
}

const distinct = (targets: readonly SshTarget[]): readonly SshTarget[] => [
  ...new Map(targets.map((target) => [lookupName(target.host, target.port), target])).values(),
]
