import type { SshTarget } from '../cluster/member.js'

/** `HOST:PORT`, IPv6 in brackets. */
export const formatAddress = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** `USER@HOST:PORT`, IPv6 in brackets: how messages name where we log in. */
export const formatTarget = ({ user, host, port }: SshTarget): string =>
  `${user}@${formatAddress(host, port)}`
