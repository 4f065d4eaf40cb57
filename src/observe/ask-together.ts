import type { Answer } from '../cluster/answers.js'
import type { EtcdctlAccess, EtcdctlCommand, EtcdctlResult, RunEtcdctl } from '../etcd/etcdctl.js'
import { sentenceOf, withoutStop } from '../failure.js'
import type { Question } from './questions.js'

/**
 * Asks all endpoints with one etcdctl, as each start of it takes a host longer than the answer. Who gives none that way is asked alone, for one
 * failure may hide the other answers, or their reasons. So each is to be one that serves: etcdctl waits for one after the
 * other. Answers in the order of `accesses`; never rejects.
 */
export const askTogether = async <T>(
  run: RunEtcdctl,
  accesses: readonly EtcdctlAccess[],
  question: Question<T>,
): Promise<readonly Answer<T>[]> => {
  const { command, read } = question
  const alone = (access: EtcdctlAccess): Promise<Answer<T>> => ask(run, access, question)
  const [first] = accesses
  // What etcdctl is given beside depends on it.
  const schemes = new Set(accesses.map(({ endpoint }) => endpoint.startsWith('http:')))
  if (!first || accesses.length === 1 || schemes.size > 1) return Promise.all(accesses.map(alone))

  const { argv, timeoutMs } = command({
    ...first,
    endpoint: accesses.map(({ endpoint }) => endpoint).join(','),
  })
  const together = await run(argv, timeoutMs * accesses.length).catch(() => undefined)
  return Promise.all(
    accesses.map((access) => {
      const answer = together?.code === 0 ? read(together, access.endpoint) : undefined
      return answer?.ok ? answer : alone(access)
    }),
  )
}

/** What one endpoint says; never rejects. */
export const ask = <T>(
  run: RunEtcdctl,
  access: EtcdctlAccess,
  { command, read }: Question<T>,
): Promise<Answer<T>> => call(run, command(access), (result) => read(result, access.endpoint))

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
