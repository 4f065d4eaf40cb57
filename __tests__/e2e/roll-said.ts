import { expect } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { HOSTS, mainPids, type Rollable } from './roll-faults.js'

/** What the sentence of a roll that failed says of the members, as numbers of hosts. */
export interface Said {
  readonly member: number
  /** What failed. */
  readonly what: string
  /** What became of that member: "it was put back and is healthy with 3.5.16". */
  readonly state: string
  readonly rolled: readonly number[]
  readonly untouched: readonly number[]
}

const SENTENCE =
  /^(etcd-[0-9.]+): (.*?); (it was (?:not )?put back.*?), (rolled and confirmed: .*|no member was rolled.*); put right what is named here and run again: the next run goes on from here\.$/

export const saidOf = ({ name }: Rollable, failure: string): Said => {
  const said = SENTENCE.exec(failure)
  expect(said, failure).not.toBeNull()
  const [, member = '', what = '', state = '', rest = ''] = said ?? []
  const hostsIn = (names: string): readonly number[] =>
    HOSTS.filter((host) => names.split(', ').includes(name(host)))
  const after = (words: string): readonly number[] =>
    hostsIn(new RegExp(`${words}: ((?:etcd-[0-9.]+(?:, )?)+)`).exec(rest)?.[1] ?? '')
  return {
    ...{ member: hostsIn(member)[0] ?? 0, what, state },
    rolled: after('rolled and confirmed'),
    untouched: after('not touched'),
  }
}

/** Hosts whose members are not the processes that they were. */
export const changedSince = async (lab: Lab, before: readonly string[]): Promise<readonly number[]> =>
  (await mainPids(lab)).flatMap((pid, at) => (pid === before[at] ? [] : [at + 1]))
