import type { HostSession } from '../ssh/port.js'
import { putFiles } from './files.js'
import { markerPath } from '../cluster/places.js'
import { PRIVATE_WAY } from './private-way.js'
import { mustSucceed } from './refusal.js'
import { OWN_STATE } from './roll-shell.js'

const FOLDER_SCRIPT = `set -eu
${PRIVATE_WAY}${OWN_STATE}
own_state "$1"
`

const REMOVE_SCRIPT = `set -eu
[ -e "$1" ] || exit 0
${PRIVATE_WAY}
guard "\${1%/*}"
rm -f -- "$1"
sync -- "\${1%/*}"
`

/**
 * Leaves a note on the host that a bootstrap was begun, to be written before the first start: a later run that finds
 * data there knows by it that the data is of this same, unfinished bootstrap.
 */
export const writeBootstrapMarker = async (
  session: HostSession,
  serviceName: string,
  text: string,
): Promise<void> => {
  const path = markerPath(serviceName)
  const folder = path.slice(0, path.lastIndexOf('/'))
  const made = await session.run({
    label: `make ${folder}`,
    script: FOLDER_SCRIPT,
    args: [folder],
    timeoutMs: 15_000,
  })
  mustSucceed(session, `cannot make ${folder}`, made)
  await putFiles(session, [{ path, mode: '600', owner: 'root', group: 'root', content: text }])
}

/** Takes the note away, once the cluster was seen healthy; no error where there is none. */
export const removeBootstrapMarker = async (session: HostSession, serviceName: string): Promise<void> => {
  const path = markerPath(serviceName)
  const result = await session.run({
    label: `remove ${path}`,
    script: REMOVE_SCRIPT,
    args: [path],
    timeoutMs: 15_000,
  })
  mustSucceed(session, `cannot remove ${path}`, result)
}
