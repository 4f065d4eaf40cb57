import { authenticationAdvice, authenticationRefusal } from '../../cluster/authentication.js'
import type { Observed } from '../../cluster/observed.js'
import type { Finding } from '../plan.js'

/**
 * Where etcd's authentication is switched on, a roll has to compare hashes, hand leadership over and take snapshots, which etcd lets
 * nobody do but who has the role root (server/etcdserver/api/v3rpc/maintenance.go authMaintenanceServer). What restarts nothing goes on
 * without.
 */
export const authenticationFindings = ({ refused = [], silent = [] }: Observed): readonly Finding[] => {
  const known = refused.flatMap(({ members }) => members)
  const mute = silent.flatMap(({ member, reason }) =>
    known.includes(member) ? [] : [{ members: [member], user: '', reason }],
  )
  return [...refused, ...mute].flatMap(({ members, user, reason }): readonly Finding[] => {
    const refusal = authenticationRefusal(reason)
    if (refusal === undefined) return []
    const name = user === '' ? '' : ` of the name (CN) ${user}`
    return [
      {
        member: members.join(', '),
        problem: `etcd's authentication is switched on and refuses the certificate${name}: ${refusal.said}; to restart members one at a time it has to have the role root`,
        next: authenticationAdvice(refusal, user),
      },
    ]
  })
}
