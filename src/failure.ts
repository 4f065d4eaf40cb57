/** The facts a person needs who reads the job log at 3 a.m.; every field is a clause without its full stop. */
export interface FailureFacts {
  /** What failed: "cannot connect over SSH". */
  readonly what: string
  /** The host, member or endpoint concerned: "etcd-10.0.0.1 (10.0.0.1:22)". */
  readonly where?: string | undefined
  /** Why, as far as it is known: "connection refused". */
  readonly why?: string | undefined
  /** What state things are in now: "nothing was changed on any host". */
  readonly state?: string | undefined
  /** What to do next: "start sshd there, or open port 22 to the runner". */
  readonly next?: string | undefined
  /** Where several things failed: each of them, on a line of its own below the rest. */
  readonly each?: readonly string[] | undefined
  /** Name of the member whose service status and journal help to understand it. */
  readonly member?: string | undefined
  /** It says itself how that member is: there is nothing more to find out about it. */
  readonly isTold?: boolean
  readonly cause?: unknown
}

/** An expected failure, carrying its facts; its message is one readable sentence. Never holds a secret. */
export class Failure extends Error {
  readonly facts: FailureFacts

  constructor(facts: FailureFacts) {
    super(compose(facts), facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'Failure'
    this.facts = facts
  }

  /** The same failure with other facts, such as a cause that was found out since. */
  withFacts(more: Partial<FailureFacts>): Failure {
    return new Failure({ ...this.facts, ...more })
  }

  /** The same failure with the state that only the caller knows; a state that is already there stays, before it. */
  withState(state: string): Failure {
    return new Failure({ ...this.facts, state: this.facts.state ? `${this.facts.state}, ${state}` : state })
  }
}

/** One sentence for any thrown thing. */
export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : `unexpected failure: ${String(error)}`

/** A sentence as a clause of another one: without its full stop. */
export const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')

/** What failed and why, as a clause for the sentence of another failure, which has its own place, state and advice. */
export const clauseOf = (error: unknown): string => {
  if (!(error instanceof Failure)) return withoutStop(sentenceOf(error))
  const { what, why } = error.facts
  return `${what}${why ? `: ${why}` : ''}`
}

const compose = ({ what, where, why, state, next, each = [] }: FailureFacts): string =>
  `${where ? `${where}: ` : ''}${what}${why ? `: ${why}` : ''}` +
  `${state ? `; ${state}` : ''}${next ? `; ${next}` : ''}` +
  (each.length === 0 ? '.' : `:${each.map(item).join('')}`)

/** What has lines of its own is moved in below its item. */
const item = (text: string): string => `\n- ${text.replaceAll('\n', '\n  ')}`
