/** A piece of a page: it may be cut between two of its `rows`, nowhere else. */
export interface Block {
  readonly before: readonly string[]
  readonly rows: readonly string[]
  readonly after: readonly string[]
}

/** Pieces that are folded away below a line. */
export interface Fold {
  /** Escaped already. */
  readonly title: string
  readonly pieces: readonly Piece[]
}

export type Piece = Block | Fold

/** Lines that stay together. */
export const block = (...lines: readonly string[]): Block => ({ before: lines, rows: [], after: [] })

const LEFT_OUT = '*Some of this was left out to keep the page small; the report holds all of it.*'

/**
 * The pieces one below the other, within so many bytes of UTF-8, whatever is in them: none takes more than half of the room that is
 * left, so that those after it have some too, and whatever was opened is closed. Says so where something was left out.
 */
export const layOut = (pieces: readonly Piece[], mostBytes: number): string => {
  const { lines, isWhole } = within(pieces, mostBytes - sizeOf(['', LEFT_OUT]))
  return `${[...lines, ...(isWhole ? [] : ['', LEFT_OUT])].join('\n').replace(/^\n+/, '')}\n`
}

interface LaidOut {
  readonly lines: readonly string[]
  readonly isWhole: boolean
}

const within = (pieces: readonly Piece[], mostBytes: number): LaidOut => {
  const all: LaidOut[] = []
  let left = mostBytes
  for (const piece of pieces) {
    const laid = 'pieces' in piece ? fold(piece, left / 2) : cut(piece, left / 2)
    all.push(laid)
    left -= sizeOf(laid.lines)
  }
  return { lines: all.flatMap(({ lines }) => lines), isWhole: all.every(({ isWhole }) => isWhole) }
}

const fold = ({ title, pieces }: Fold, mostBytes: number): LaidOut => {
  const head = ['', '<details>', `<summary>${title}</summary>`]
  const tail = ['', '</details>']
  const inside = within(pieces, mostBytes - sizeOf([...head, ...tail]))
  if (inside.lines.length === 0) return inside
  return { lines: [...head, ...inside.lines, ...tail], isWhole: inside.isWhole }
}

const cut = ({ before, rows, after }: Block, mostBytes: number): LaidOut => {
  const more = ['', `… and ${rows.length} more.`]
  let room = mostBytes - sizeOf(['', ...before, ...after, ...more])
  if (room < 0) return { lines: [], isWhole: false }
  const end = rows.findIndex((row) => (room -= sizeOf([row])) < 0)
  const kept = end === -1 ? rows : rows.slice(0, end)
  const dropped = rows.length - kept.length
  const lines = ['', ...before, ...kept, ...after]
  if (dropped === 0) return { lines, isWhole: true }
  return { lines: [...lines, '', `… and ${dropped} more.`], isWhole: false }
}

/** With a line end each. */
const sizeOf = (lines: readonly string[]): number =>
  lines.reduce((bytes, line) => bytes + Buffer.byteLength(line) + 1, 0)
