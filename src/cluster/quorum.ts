/** Voters that have to be up for `voters` of them to take a write. */
export const quorumOf = (voters: number): number => Math.floor(voters / 2) + 1

/** Voters that may be down while writes go on: 0 of 1 and 2, 1 of 3 and 4, 2 of 5. */
export const toleranceOf = (voters: number): number => Math.max(0, voters - quorumOf(voters))
