import { randomBytes } from 'node:crypto'

/**
 * The frame around what our scripts say, which tells it from whatever a login prints before it, behind it and in its midst:
 *
 *     MARK LENGTH MARK TEXT MARK      (blanks around LENGTH, none elsewhere)
 *     MARK * MARK TEXT MARK           where the length is not known beforehand
 *
 * MARK is new and not to be guessed for each command, and stands nowhere in its command line as a whole, so that a shell that shows
 * what it runs shows no mark. LENGTH is in bytes: what somebody else prints into the frame moves its end, and is found.
 */
export interface Mark {
  readonly text: string
  /** The two words of the command line that make it. */
  readonly halves: readonly [string, string]
}

export const newMark = (): Mark => {
  const text = randomBytes(16).toString('hex')
  return { text, halves: [text.slice(0, 16), text.slice(16)] }
}

/** How far the reader of one stream has come; `mangled`: something else was printed into the frame; `too-much`: more than it takes. */
export type FrameState = 'before' | 'within' | 'whole' | 'mangled' | 'too-much'

export interface FrameReader {
  /** Takes the next bytes of the stream; calls back for each whole frame, in order. */
  take(chunk: Buffer): void
  state(): FrameState
  /** What was printed outside of the frames, its beginning. */
  noise(): string
}

/** What is kept of noise, and how much of it is borne before the frame, in bytes. */
const KEPT_NOISE = 4096
const MOST_NOISE = 16 * 1024 * 1024

/** ` 123 `, or ` * `, between the first mark and the second. */
const HEAD = /^ (\d{1,12}|\*) $/
const LONGEST_HEAD = 14

/**
 * Reads frames out of a stream. `most`: bytes that the text of one may have. `onFrame` is given each text; the reader is at
 * `whole` after one, and goes back to `within` where another one begins. After `mangled` and `too-much` it takes no more.
 */
export const frameReader = (mark: Mark, most: number, onFrame: (text: Buffer) => void): FrameReader => {
  const sign = Buffer.from(mark.text)
  let state: FrameState = 'before'
  let chunks: Buffer[] = []
  let bytes = 0
  /** So many bytes have to be there before it is worth while to look again. */
  let needed = 0
  /** Of a frame of unknown length: the last bytes that came, in which its end may have begun. */
  let tail: Buffer | undefined
  let noise = Buffer.alloc(0)
  let noiseBytes = 0

  const keepAsNoise = (strange: Buffer): void => {
    noiseBytes += strange.length
    if (noise.length < KEPT_NOISE)
      noise = Buffer.concat([noise, strange.subarray(0, KEPT_NOISE - noise.length)])
    if (noiseBytes > MOST_NOISE && state === 'before') state = 'too-much'
  }
  const leave = (rest: Buffer): void => {
    chunks = rest.length > 0 ? [rest] : []
    bytes = rest.length
    needed = bytes + 1
  }
  /** True where there may be more to find in what is left. */
  const look = (): boolean => {
    const all = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
    chunks = [all]
    const start = all.indexOf(sign)
    if (start < 0) {
      // The mark may have come in part.
      const sure = Math.max(0, all.length - sign.length + 1)
      keepAsNoise(all.subarray(0, sure))
      leave(all.subarray(sure))
      return false
    }
    if (start > 0) {
      keepAsNoise(all.subarray(0, start))
      leave(all.subarray(start))
      return state !== 'too-much'
    }
    state = 'within'
    const head = all.toString('latin1', sign.length, 2 * sign.length + LONGEST_HEAD)
    const second = head.indexOf(mark.text)
    const length = HEAD.exec(head.slice(0, Math.max(second, 0)))?.[1]
    if (length === undefined) {
      needed = bytes + 1
      if (second >= 0 || all.length >= 2 * sign.length + LONGEST_HEAD) state = 'mangled'
      return false
    }
    const from = sign.length + second + sign.length
    const end = length === '*' ? all.indexOf(sign, from) : from + Number(length)
    if ((end < 0 ? all.length : end) - from > most) state = 'too-much'
    else if (end < 0) {
      // A long text must not be gone through again with every chunk.
      tail = all.subarray(Math.max(from, all.length - sign.length + 1))
      needed = from + most + 1
    } else if (all.length < end + sign.length) needed = end + sign.length
    else if (!all.subarray(end, end + sign.length).equals(sign)) state = 'mangled'
    else {
      state = 'whole'
      tail = undefined
      onFrame(all.subarray(from, end))
      leave(all.subarray(end + sign.length))
      return bytes > 0
    }
    return false
  }
  /** Does this chunk bring the end of a frame of unknown length? */
  const ends = (chunk: Buffer): boolean => {
    if (!tail) return false
    const recent = Buffer.concat([tail, chunk])
    tail = recent.subarray(Math.max(0, recent.length - sign.length + 1))
    return recent.includes(sign)
  }
  return {
    take: (chunk) => {
      if (state === 'mangled' || state === 'too-much') return
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= needed || ends(chunk)) while (look());
    },
    state: () => state,
    noise: () =>
      Buffer.concat([noise, state === 'before' ? Buffer.concat(chunks) : Buffer.alloc(0)])
        .subarray(0, KEPT_NOISE)
        .toString('utf8'),
  }
}
