import type { AccountFact } from '../cluster/host-facts.js'

/**
 * For the facts script: what there is of the account \`$user\`. Where there is no getent, only what is in the files counts. The first
 * user with an id is the one that files are shown to belong to.
 */
export const ACCOUNT = `if number=$(id -u -- "$user" 2>/dev/null); then
  named=$(grep -m 1 "^[^:]*:[^:]*:$number:" /etc/passwd) || named=
  group=no
  ! { grep -q "^$user:" /etc/group || getent group "$user" >/dev/null 2>&1; } || group=yes
  say user "$number" "\${named%%:*}" "$group"
fi
`

/** Reads the \`user\` row; undefined where there was none, as there is no such user, or it tells no id. */
export const accountOf = (row: readonly string[] | undefined): AccountFact | undefined => {
  const [uid = '', nameOfUid = '', group = ''] = row ?? []
  return /^\d+$/.test(uid) ? { uid, nameOfUid, groupExists: group !== 'no' } : undefined
}
