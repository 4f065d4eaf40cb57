/** What a member tells of its connections to others. */
export interface PeersTold {
  readonly name: string
  /** Lower-case hex; empty where it is not known. */
  readonly memberId: string
  /** Ids of members to which it has a live connection of its own; undefined where it does not tell. */
  readonly peers: readonly string[] | undefined
}

/** Members that have no live connection of their own to others, by those that tell. */
export const deadLinks = (
  told: readonly PeersTold[],
): readonly { readonly from: string; readonly to: readonly string[] }[] =>
  told.flatMap(({ name, peers }) => {
    const to = told
      .filter(
        (other) => other.name !== name && other.memberId !== '' && peers?.includes(other.memberId) === false,
      )
      .map((other) => other.name)
    return to.length === 0 ? [] : [{ from: name, to }]
  })
