import type { StateName } from './state.js'

/** The CI system we run in. One implementation a system; everything else speaks only to this. */
export interface Ci {
  /** A titled, foldable section of the log around `work`. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
  /** One line of log. */
  info(line: string): void
  /** Someone asked for debug output. */
  readonly debugging: boolean
  /** A line only people who asked for debug output see. */
  debug(line: string): void
  /** An annotation the user should see; the job goes on. */
  warning(message: string): void
  /** Hides a value, every line of it, in all later output. */
  mask(secret: string): void
  output(name: string, value: string): void
  /** Keeps a value for the post step of this job; never a secret. */
  state(name: StateName, value: string): void
  /** Adds markdown to the job's summary page. */
  summary(markdown: string): Promise<void>
  /** Annotates the failure sentence and makes the job fail. */
  fail(sentence: string): void
}
