/** What the main step keeps for the post step of the same job. Never a secret: a runner keeps it in a file. */
export const STATE = {
  /** Set first of all: whoever sees it is the post step. */
  isPost: 'isPost',
  /** Where the run is: `during "Plan"`. */
  at: 'at',
  /** Start of the names of files that only this run leaves in the cache while it works. */
  partial: 'partial',
  /** Set when the outcome was told. */
  finished: 'finished',
} as const

export type StateName = (typeof STATE)[keyof typeof STATE]
