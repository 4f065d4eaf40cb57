/** How long one part of a run took, in milliseconds. */
export interface Phase {
  readonly label: string
  /** When it began, by the clock of `performance.now()`. */
  readonly from: number
  readonly ms: number
  /** It did not throw. */
  readonly ok: boolean
}

/** Times the parts of a run, also those that fail. */
export class Phases {
  readonly #done: Phase[] = []

  /** Does `work` and notes its time; `tell` hears of it at once. */
  async time<T>(label: string, work: () => Promise<T>, tell: (ms: number) => void): Promise<T> {
    const from = Math.round(performance.now())
    let ok = false
    try {
      const result = await work()
      ok = true
      return result
    } finally {
      const ms = Math.round(performance.now()) - from
      this.#done.push({ label, from, ms, ok })
      tell(ms)
    }
  }

  /** In the order they ended. */
  get done(): readonly Phase[] {
    return this.#done
  }
}
