/** A fixed number of places; whoever finds none waits in line. */
export interface Slots {
  /** Resolves with the function that gives the place back, or with undefined when none came free in time. */
  take(timeoutMs: number): Promise<(() => void) | undefined>
}

export const slots = (count: number): Slots => {
  let free = count
  const line: (() => void)[] = []

  const place = (): (() => void) => {
    let given = true
    return () => {
      if (!given) return
      given = false
      const next = line.shift()
      if (next) next()
      else free += 1
    }
  }
  return {
    take: (timeoutMs) => {
      if (free > 0) {
        free -= 1
        return Promise.resolve(place())
      }
      return new Promise((resolve) => {
        const turn = (): void => {
          clearTimeout(timer)
          resolve(place())
        }
        const timer = setTimeout(() => {
          line.splice(line.indexOf(turn), 1)
          resolve(undefined)
        }, timeoutMs)
        line.push(turn)
      })
    },
  }
}
