/** A number and what there are so many of: `1 member`, `3 members`; `plural` where it is not the noun with an s. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : plural}`
