import type { ExposedFact } from '../cluster/host-facts.js'

const LABELS: readonly ExposedFact['of'][] = ['bin', 'ca', 'data', 'wal', 'unit', 'state', 'snapshot']

type Rows = readonly (readonly string[])[]

/** Reads the `exposed` and the `nested` rows: label, mode and owner, directory. */
export const exposedOf = (exposed: Rows, nested: Rows): { readonly exposed?: readonly ExposedFact[] } => {
  const facts = [
    ...exposed.flatMap((row) => factOf(row, false)),
    ...nested.flatMap((row) => factOf(row, true)),
  ]
  return facts.length === 0 ? {} : { exposed: facts }
}

const factOf = (
  [label, how = '', path = '']: readonly string[],
  isEtcds: boolean,
): readonly ExposedFact[] => {
  const of = LABELS.find((known) => known === label)
  return of === undefined ? [] : [{ of, path, how, isEtcds }]
}
