/** How long one part of a run took, in milliseconds. */
export interface Phase {
  readonly label: string
  readonly ms: number
}

/** Times the parts of a run, also those that fail. */
export class Phases {
  readonly #done: Phase[] = []

  async time<T>(label: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      return await work()
    } finally {
      this.#done.push({ label, ms: Math.round(performance.now() - start) })
    }
  }

  /** In the order they ended. */
  get done(): readonly Phase[] {
    return this.#done
  }
}
