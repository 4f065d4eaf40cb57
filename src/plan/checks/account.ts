import type { Check, HostFinding } from './check.js'

/**
 * The unit's `User=` and `Group=` have to be there before systemd starts anything (systemd.exec(5)), and files have to be the user's
 * own. A login shell is not needed.
 */
export const account: Check = {
  name: 'service user and group',
  stops: ['found', 'restart', 'renew', 'correct'],
  find: ({ desired: { layout }, host, works }) => {
    const { serviceUser: user, dataDir } = layout
    if (user === 'root') return []
    // A bootstrap makes it.
    if (!host.userExists) return works.has('found') ? [] : [gone(user, dataDir)]
    if (host.account === undefined) return []
    const { uid, nameOfUid, groupExists } = host.account
    return [
      ...(groupExists
        ? []
        : [
            {
              problem: `there is a user ${user}, but no group ${user}, which the unit of the service names too: systemd would not start it`,
              next: `run groupadd --system ${user} there, or choose another service-user`,
            },
          ]),
      ...(nameOfUid === '' || nameOfUid === user
        ? []
        : [
            {
              problem: `the users ${user} and ${nameOfUid} have one id (${uid}), so that what belongs to the one belongs to the other`,
              next: works.has('found')
                ? 'choose another service-user'
                : `give ${nameOfUid} an id of its own (usermod --uid), and leave that of ${user} as it is: the data belong to it`,
            },
          ]),
    ]
  },
}

const gone = (user: string, dataDir: string): HostFinding => ({
  problem: `there is no user ${user} any more, and its member could not be started`,
  next: `make it again with the id that ${dataDir} belongs to (stat -c %u ${dataDir}): useradd --system --user-group --uid ID ${user}`,
})
