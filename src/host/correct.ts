import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { certificatePaths } from '../cluster/places.js'
import { EXPOSED, PRIVATE_WAY } from './private-way.js'
import { mustSucceed } from './refusal.js'

/** Arguments: service, its user, the key's path. */
const CORRECT_SCRIPT = `set -eu
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
service=$1 user=$2 key=$3
${PRIVATE_WAY}
found=0
approach "$key" || found=$?
[ $found -ne ${EXPOSED} ] || not_private
if [ $found -eq 0 ] && [ -f "./$last" ]; then
  # In this order: etcd reads it at each handshake, and may until now by what its group or others are allowed alone.
  [ "$(stat -c '%U' -- "./$last")" = "$user" ] || chown -h -- "$user:" "./$last"
  [ "$(stat -c '%a' -- "./$last")" = 600 ] || chmod 0600 -- "./$last"
fi
systemctl daemon-reload
systemctl is-enabled --quiet -- "$service.service" || systemctl enable --quiet -- "$service.service"
`

/** Puts right what needs no restart: mode and owner of the key, and that the service starts at boot. Throws Failure. */
export const correctHost = async (session: HostSession, layout: Layout): Promise<void> => {
  const result = await session.run({
    label: 'put right modes, owners and the start at boot',
    script: CORRECT_SCRIPT,
    args: [layout.serviceName, layout.serviceUser, certificatePaths(layout).key],
    timeoutMs: 30_000,
  })
  mustSucceed(session, 'cannot put right modes, owners and the start at boot', result)
}
