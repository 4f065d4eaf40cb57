const EVERY_MS = 1000

/** What a part of a run is busy with, told again and again until it is done: nobody should have to guess whether it hangs. */
export interface Live {
  /** From now on this is waited for, or under way; `key` tells apart what goes on side by side. Its time begins with its first word. */
  set(text: string, key?: string): void
  /** It is over. */
  clear(key?: string): void
  /** All that is under way, as it was said; empty: nothing was said. */
  doing(): string
  /** Does `work`, and tells every second what it is busy with; `title` where it has said nothing itself. */
  during<T>(title: string, work: () => Promise<T>): Promise<T>
}

interface Entry {
  text: string
  readonly since: number
}

/** `tell` gets what is under way and for how many milliseconds already. Keeps no process alive. */
export const liveLines = (
  tell: (text: string, ms: number) => void,
  { now = () => performance.now(), everyMs = EVERY_MS } = {},
): Live => {
  const entries = new Map<string, Entry>()
  const doing = (): string => [...entries.values()].map(({ text }) => text).join('; ')
  return {
    doing,
    set: (text, key = '') => {
      const known = entries.get(key)
      if (known) known.text = text
      else entries.set(key, { text, since: now() })
    },
    clear: (key = '') => void entries.delete(key),
    during: async (title, work) => {
      const began = now()
      const timer = setInterval(() => {
        const since = Math.min(...[...entries.values()].map((entry) => entry.since), now())
        if (entries.size === 0) tell(title, now() - began)
        else tell(doing(), now() - since)
      }, everyMs)
      timer.unref()
      try {
        return await work()
      } finally {
        clearInterval(timer)
        entries.clear()
      }
    },
  }
}
