import type { Layout } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'

/**
 * How a person gives the place of a member whose data is gone to one that begins empty, as a clause. It joins as a learner, and without
 * the line of its unit that asks for a log; the next run puts that back.
 */
export const reseat = ({ serviceName }: Layout, { name, peerUrl }: Member, id: string | undefined): string =>
  `etcdctl member remove ${id ?? 'ID'}, etcdctl member add ${name} --learner --peer-urls=${peerUrl}, in its unit set ` +
  '--initial-cluster-state=existing and delete the line AssertPathExists=, systemctl daemon-reload, ' +
  `systemctl start ${serviceName}, and etcdctl member promote with its new id once it has caught up`
