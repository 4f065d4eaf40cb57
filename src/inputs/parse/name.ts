import { bad, good, type Parsed } from './parsed.js'

/** Units whose files or processes the host itself lives by. */
const SYSTEM_UNIT = /^(?:systemd-.*|dbus|ssh|sshd|cron|crond|rsyslog|networking|NetworkManager|getty|init)$/
const OTHER_UNIT = /\.(?:socket|device|mount|automount|swap|target|path|timer|slice|scope)$/

/** A systemd service name; `.service` at its end is taken off. */
export const parseServiceName = (text: string): Parsed<string> => {
  const name = text.replace(/\.service$/, '')
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$/.test(name)) {
    return bad(
      text,
      'is no service name: letters, digits and . _ -, beginning with a letter or digit',
      'etcd',
    )
  }
  if (OTHER_UNIT.test(name)) return bad(text, 'names a systemd unit of another kind than a service', 'etcd')
  if (SYSTEM_UNIT.test(name))
    return bad(text, 'is a service of the operating system, which etcd would replace', 'etcd')
  return good(name)
}

/** A POSIX user name (as useradd takes it). */
export const parseServiceUser = (text: string): Parsed<string> => {
  if (text === 'nobody') {
    return bad(text, "is shared by other services, which could then read etcd's data and keys", 'etcd')
  }
  return /^[a-z_][a-z0-9_-]{0,31}$/.test(text)
    ? good(text)
    : bad(
        text,
        'is no user name: at most 32 lower-case letters, digits and _ -, not beginning with a digit',
        'etcd',
      )
}

/**
 * A member name: etcd splits `--initial-cluster` at `=` and `,`, systemd reads blanks, quotes, `%` and `$` in a unit.
 */
export const parseMemberName = (text: string): Parsed<string> =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text)
    ? good(text)
    : bad(
        text,
        'is no member name: at most 128 letters, digits and . _ -, beginning with a letter or digit',
        'name=etcd-1',
      )

/** A cluster token, which ends in the unit too. */
export const parseClusterToken = (text: string): Parsed<string> =>
  /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(text)
    ? good(text)
    : bad(
        text,
        'is no cluster token: at most 128 letters, digits and . _ : -, beginning with a letter or digit',
        'etcd-cluster-0',
      )
