/** GitHub shows so many annotations of one level and step (docs: "workflow commands", limits of annotations). */
const MOST_SHOWN = 10

/** Annotations of one level, never more than are shown. */
export interface Annotations {
  /** Shows it at once while there is room; the same text only once. */
  add(message: string): void
  /** Shows as one what had no room. */
  end(): void
  /** All that were added. */
  readonly all: readonly string[]
}

export const annotations = (show: (message: string) => void, most: number = MOST_SHOWN): Annotations => {
  const all: string[] = []
  let ended = 0
  return {
    all,
    add: (message) => {
      if (all.includes(message)) return
      all.push(message)
      if (all.length < most) show(message)
    },
    end: () => {
      const rest = all.slice(Math.max(most - 1, ended))
      ended = all.length
      if (rest.length === 1) show(rest[0]!)
      if (rest.length > 1) show(`${rest.length} more:\n- ${rest.join('\n- ')}`)
    },
  }
}
