import { shownUnitLines } from '../../etcd/settings/hidden.js'

/** Equal lines shown around each change. */
const CONTEXT = 2
/** Beyond this many pairs of lines, texts are shown one after the other: nobody writes units of that size. */
const MOST_PAIRS = 1_000_000
const MOST_LINES = 200

/**
 * How two texts differ, line by line: `-` of the old one, `+` of the new one, a blank before lines of both, `...` where equal
 * ones are left out. Empty where they are the same. What a hand-written unit may keep secrets in is not shown (etcd/settings/hidden.ts).
 */
export const diffLines = (before: string, after: string): readonly string[] => {
  if (before === after) return []
  const marked = marksOf(sideOf(before), sideOf(after))
  const near = (index: number): boolean =>
    marked.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => !line.startsWith(' '))
  const shown = marked.flatMap((line, index) => {
    if (near(index)) return [line]
    return index === 0 || near(index - 1) ? ['...'] : []
  })
  return shown.length > MOST_LINES
    ? [...shown.slice(0, MOST_LINES), `... ${shown.length - MOST_LINES} more lines`]
    : shown
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** What is compared, and what is shown of it. */
interface Side {
  readonly lines: readonly string[]
  readonly shown: readonly string[]
}

const sideOf = (text: string): Side => {
  const lines = linesOf(text)
  return { lines, shown: shownUnitLines(lines) }
}

/** Longest common subsequence, the textbook way. */
const marksOf = (
  { lines: old, shown: oldShown }: Side,
  { lines: young, shown: youngShown }: Side,
): readonly string[] => {
  if (old.length * young.length > MOST_PAIRS) {
    return [...oldShown.map((line) => `-${line}`), ...youngShown.map((line) => `+${line}`)]
  }
  const width = young.length + 1
  const lengths = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = young.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === young[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const marks: string[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      marks.push(` ${oldShown[i]}`)
      i++
      j++
    } else if (j >= young.length || (i < old.length && at(i + 1, j) >= at(i, j + 1)))
      marks.push(`-${oldShown[i++]}`)
    else marks.push(`+${youngShown[j++]}`)
  }
  return marks
}
