/** How long one part of a run took, in milliseconds. */
export interface Phase {
  readonly label: string
  readonly ms: number
}

/** Times the parts of a run, also those that fail. */
export class Phases {
  readonly #done: Phase[] = []

  /** Does `work` and notes its time; `tell` hears of it at once. */
  async time<T>(label: string, work: () => Promise<T>, tell: (ms: number) => void): Promise<T> {
    const start = performance.now()
    try {
      return await work()
    } finally {
      const ms = Math.round(performance.now() - start)
      this.#done.push({ label, ms })
      tell(ms)
    }
  }

  /** In the order they ended. */
  get done(): readonly Phase[] {
    return this.#done
  }
}
