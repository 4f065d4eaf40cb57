/** Where a host is reached over SSH. */
export interface SshTarget {
  readonly user: string
  readonly host: string
  readonly port: number
}

/** One etcd member as the `hosts` input asks for it. */
export interface Member {
  /** etcd's `--name`, unique in the cluster. */
  readonly name: string
  /** What etcd listens on and advertises: IPv4, IPv6 (no brackets) or DNS name. */
  readonly address: string
  /** `https://ADDRESS:CLIENT_PORT`, IPv6 in brackets. */
  readonly clientUrl: string
  /** `https://ADDRESS:PEER_PORT`, IPv6 in brackets. */
  readonly peerUrl: string
  readonly ssh: SshTarget
}

/** How messages name a host: member name and the address it is reached at. */
export const nameOf = (member: Member): string =>
  member.name.includes(member.address) ? member.name : `${member.name} (${member.address})`
