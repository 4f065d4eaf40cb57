import type { HostSession } from '../ssh/port.js'
import { mustSucceed } from './refusal.js'

const USER_SCRIPT = `set -eu
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
user=$1
! id -u -- "$user" >/dev/null 2>&1 || exit 0
shell=/usr/sbin/nologin
[ -x "$shell" ] || shell=/sbin/nologin
[ -x "$shell" ] || shell=/bin/false
if command -v useradd >/dev/null; then
  group=--user-group
  ! grep -q "^$user:" /etc/group || group="--gid $user"
  useradd --system --no-create-home --home-dir /nonexistent --shell "$shell" $group -- "$user" >&2
elif command -v addgroup >/dev/null && command -v adduser >/dev/null; then
  # BusyBox knows short options only.
  grep -q "^$user:" /etc/group || addgroup -S "$user" >&2
  adduser -S -D -H -h /nonexistent -s "$shell" -G "$user" "$user" >&2
else
  echo 'neither useradd nor adduser is there' >&2
  exit 21
fi
echo made
`

/** Makes the system user (and its group) that runs the service, without home and login; true where it was missing. */
export const ensureUser = async (session: HostSession, user: string): Promise<boolean> => {
  const result = await session.run({
    label: `make user ${user}`,
    script: USER_SCRIPT,
    args: [user],
    timeoutMs: 30_000,
  })
  mustSucceed(session, `cannot make the system user ${user}`, result, {
    21: {
      why: 'the host has neither useradd nor adduser',
      next: `make the user ${user} by hand, then run again`,
    },
  })
  return result.stdout.includes('made')
}
