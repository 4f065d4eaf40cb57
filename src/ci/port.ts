import type { StateName } from './state.js'

/** The log of a CI system, line by line. */
export interface Log {
  /** A titled section around `work`, foldable where the system can fold. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
  /** One line. */
  info(line: string): void
  /** What is being waited for, or how far something is: replaced by what comes next on a terminal, printed now and then elsewhere. */
  progress(line: string): void
  /** Someone asked for debug output. */
  readonly debugging: boolean
  /** A line only people who asked for debug output see. */
  debug(line: string): void
  /** Something that was decided and is worth knowing; nothing is wrong. */
  notice(message: string): void
  /** Something the user should see; the job goes on. */
  warning(message: string): void
}

/** The CI system we run in. One implementation a system; everything else speaks only to this. */
export interface Ci extends Log {
  /** Hides a value in all later output, where the system does that. Our own redaction does not depend on it. */
  mask(secret: string): void
  /** Sets an output. This, the summary and the test report are documents, made of what is without secrets already. */
  output(name: string, value: string): void
  /** Keeps a value for the post step of this job, where there is one; never a secret. */
  state(name: StateName, value: string): void
  /** Adds markdown to the job's summary page. */
  summary(markdown: string): Promise<void>
  /** Hands over the checks of this run as a JUnit document, where the system shows such reports. */
  testReport(junit: string): Promise<void>
  /** Says the failure sentence and makes the job fail. */
  fail(sentence: string): void
}
