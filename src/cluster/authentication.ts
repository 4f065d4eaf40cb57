/** How etcd's own authentication refused a call. */
export interface AuthenticationRefusal {
  /** etcd's words: "permission denied". */
  readonly said: string
  /**
   * `no-user`: there is no user of the certificate's name. `no-role`: it may not do this. `no-name`: the member takes no names from
   * certificates (`--client-cert-auth` is off). `login`: a login or its token is not valid.
   */
  readonly cause: 'no-user' | 'no-role' | 'no-name' | 'login'
}

/**
 * etcd says `etcdserver: ...` (api/v3rpc/rpctypes/error.go), and to calls of its maintenance service before 3.6 `auth: ...`
 * (server/auth/store.go). The kernel says "Permission denied" with nothing of that kind before it.
 */
const REFUSALS: readonly (readonly [RegExp, AuthenticationRefusal['cause']])[] = [
  [/\b(?:etcdserver|auth): (permission denied)/, 'no-role'],
  [/\b(?:etcdserver|auth): (user name not found|user not found)/, 'no-user'],
  [/\b(?:etcdserver|auth): (user name is empty)/, 'no-name'],
  [
    /\b(?:etcdserver|auth): (authentication failed, invalid user ID or password|invalid auth token|revision (?:of auth store|in header) is old|invalid auth management)/,
    'login',
  ],
]

/** What a text that etcd or etcdctl wrote says of authentication; undefined: nothing. */
export const authenticationRefusal = (text: string): AuthenticationRefusal | undefined => {
  for (const [pattern, cause] of REFUSALS) {
    const said = pattern.exec(text)?.[1]
    if (said !== undefined) return { said, cause }
  }
  return undefined
}

/** What to do about it, a clause. `user`: the common name (CN) of the certificate that was refused; empty where that is not known. */
export const authenticationAdvice = ({ cause }: AuthenticationRefusal, user: string): string => {
  const name = user === '' ? 'named like the common name (CN) of that certificate' : user
  const arg = user === '' ? 'NAME' : shown(user)
  switch (cause) {
    case 'no-user':
      return `as etcd's root user, add the user ${name} and give it the role root: etcdctl user add ${arg} --no-password; etcdctl user grant-role ${arg} root`
    case 'no-role':
      return `as etcd's root user, give the user ${name} the role root: etcdctl user grant-role ${arg} root`
    case 'no-name':
      return 'etcd takes the name of a user from a certificate only with --client-cert-auth=true: start its members with that flag first, one at a time'
    case 'login':
      return 'run again; where it stays, look at the journal of that member: its authentication is not that of the others'
  }
}

/** What to do about a text that says that authentication refused something; undefined where it does not. */
export const adviceOnRefusal = (text: string): string | undefined => {
  const refusal = authenticationRefusal(text)
  return refusal && authenticationAdvice(refusal, '')
}

const shown = (user: string): string =>
  /^[\w.:@-]+$/.test(user) ? user : `'${user.replaceAll("'", `'\\''`)}'`
