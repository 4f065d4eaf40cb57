import type { AlarmEntry } from './answers.js'
import type { HealthVerdict } from './health.js'

/** An alarm with the name of who raised it. */
export interface Raised extends AlarmEntry {
  readonly by: string
}

/** Every alarm of a verdict, also one of no member, and one of a member that is none of its endpoints. */
export const raisedIn = ({ endpoints, members, alarms = [] }: HealthVerdict): readonly Raised[] => {
  const own = endpoints.flatMap(({ name, endpoint, memberId, alarms: raised }) =>
    raised.map((alarm) => ({ by: name || endpoint, memberId, alarm })),
  )
  const others = alarms.filter(
    ({ memberId }) => memberId === '' || !endpoints.some((of) => of.memberId === memberId),
  )
  const nameOf = ({ memberId }: AlarmEntry): string =>
    memberId === '' ? 'the cluster' : members.find(({ id }) => id === memberId)?.name || memberId
  return [...own, ...others.map((entry) => ({ by: nameOf(entry), ...entry }))]
}
