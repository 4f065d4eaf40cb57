import type { Answer } from '../cluster/answers.js'
import type { EtcdctlAccess, EtcdctlCommand, EtcdctlResult, RunEtcdctl } from '../etcd/etcdctl.js'
import { sentenceOf, withoutStop } from '../failure.js'
import { within } from '../time/abort.js'
import type { Question } from './questions.js'

/** An endpoint, and where from to ask it. */
export interface Place {
  readonly run: RunEtcdctl
  readonly access: EtcdctlAccess
}

/**
 * Asks all endpoints with one etcdctl, from the first one's place, as each start of it takes a host longer than the answer. Who
 * gives none that way, or none in time, is asked alone from its own place, for one failure may hide the other answers, or their reasons. Answers in
 * the order of `places`; they never reject.
 */
export const askTogether = <T>(
  places: readonly Place[],
  question: Question<T>,
): readonly Promise<Answer<T>>[] => {
  const { command, read, isWhole = () => true, patienceMs } = question
  const alone = (place: Place): Promise<Answer<T>> => ask(place, question)
  const [first] = places
  // What etcdctl is given beside depends on it.
  const schemes = new Set(places.map(({ access }) => access.endpoint.startsWith('http:')))
  if (!first || places.length === 1 || schemes.size > 1) return places.map(alone)

  const { argv, timeoutMs } = command({
    ...first.access,
    endpoint: places.map(({ access }) => access.endpoint).join(','),
  })
  const asked = first.run(argv, timeoutMs * places.length).catch(() => undefined)
  const together = patienceMs === 'its own time' ? asked : within(asked, patienceMs)
  return places.map(async (place) => {
    const result = await together
    const answer = result && read(result, place.access.endpoint)
    return answer?.ok && isWhole(answer.value) ? answer : alone(place)
  })
}

/** What one endpoint says; never rejects. */
export const ask = <T>({ run, access }: Place, { command, read }: Question<T>): Promise<Answer<T>> =>
  call(run, command(access), (result) => read(result, access.endpoint))

/** What a command says; never rejects. */
export const call = async <T>(
  run: RunEtcdctl,
  { argv, timeoutMs }: EtcdctlCommand,
  read: (result: EtcdctlResult) => Answer<T>,
): Promise<Answer<T>> => {
  try {
    return read(await run(argv, timeoutMs))
  } catch (error) {
    return { ok: false, reason: withoutStop(sentenceOf(error)) }
  }
}
