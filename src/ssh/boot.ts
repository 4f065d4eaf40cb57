/**
 * What a host runs before one of our scripts: the shell code that takes the words of a command line apart, runs the script
 * and frames its answer (see frame.ts). It goes through the login shell of the user, whatever that is, as one single-quoted word:
 * sh, bash, dash, zsh, ksh, busybox, fish and csh read such a word alike only where it holds no quote, no backslash, no exclamation
 * mark and no line end. BSD's csh takes no word of more than 1023 characters.
 */

/** Arguments: the two halves of the frame's mark, then the pieces of the encoded words. Leaves the script in `_c`, its arguments in `$@`. */
const UNPACK =
  '_m=$1$2; shift 2; _s=; for _w; do _s=$_s$_w; done; eval "set -- $(printf %b "$_s")"; _c=$1; shift; exec 3>&1; '

/**
 * What is collected is in the memory of this shell, and must not fill that of the host: 96 MiB are its limit, where it
 * can be lifted again for the script, whose programs (Go's) reserve more than they use.
 */
const BOUND = 'ulimit -S -v unlimited 2>/dev/null && ulimit -S -v 98304; '

/** `timeout` ends what still runs some seconds after its TERM, but only as long as the shell that it started is there. */
const STAY = 'trap : TERM; '

/** Runs the script in a shell of its own, so that it may end with `exit`. */
const SCRIPT = '(ulimit -S -v unlimited 2>/dev/null; eval "$_c")'

/** Prints what was collected of stderr. */
const SAID = 'printf "%s %s %s%s%s" $_m ${#_e} $_m "$_e" $_m >&2'

/**
 * The answer and what the script says on stderr are collected, and each is printed in one go as MARK LENGTH MARK TEXT MARK; the text of stdout
 * ends with `:STATUS`, that of stderr with a dot, as a shell takes line ends at the end away. Descriptor 3 is ours alone.
 */
const ANSWER =
  `${STAY}${UNPACK}${BOUND}_e=$({ _o=$( ${SCRIPT} 3>&-; printf :%s $?); ` +
  `printf "%s %s %s%s%s" $_m \${#_o} $_m "$_o" $_m >&3; } 2>&1; printf .); ${SAID}`

/** The same for an answer that is too large to be collected: stdout comes as MARK * MARK TEXT:STATUS MARK. */
const BULK =
  `${STAY}${UNPACK}${BOUND}_e=$({ printf "%s * %s" $_m $_m >&3; ${SCRIPT} >&3 3>&-; ` +
  `printf ":%s%s" $? $_m >&3; } 2>&1; printf .); ${SAID}`

/** For a script that goes on: each line, of stdout and stderr alike, when it comes, as MARK LENGTH MARK LINE MARK; the last one is MARK=STATUS. */
const LINES =
  `${UNPACK}{ ${SCRIPT} 2>&1 3>&-; printf "%s=%s" $_m $?; } | ` +
  'while IFS= read -r _l || [ "$_l" ]; do printf "%s %s %s%s%s" $_m ${#_l} $_m "$_l" $_m; done'

/** How an answer comes back. */
export type FrameKind = 'answer' | 'bulk' | 'lines'

export const BOOT: Readonly<Record<FrameKind, string>> = { answer: ANSWER, bulk: BULK, lines: LINES }

/** Longest piece of encoded words, in characters. */
const PIECE = 900

/** Any byte that could mean something to some shell inside single quotes, in the form that printf's %b takes. */
const encode = (words: string): string =>
  Buffer.from(words)
    .toString('latin1')
    .replace(/[^\x20-\x7e]|['\\!]/g, (byte) => `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)

/** The words in pieces, each of which can stand between single quotes in any shell; none ends with a backslash, which fish would take for the quote's. */
export const pack = (words: string): readonly string[] => {
  const text = encode(words)
  const pieces: string[] = []
  for (let at = 0; at < text.length;) {
    const most = text.slice(at, at + PIECE)
    const piece = most.endsWith('\\') ? most.slice(0, -1) : most
    pieces.push(piece)
    at += piece.length
  }
  return pieces
}

/** The words that `pack` made pieces of, for whoever reads command lines. */
export const unpack = (pieces: readonly string[]): string =>
  Buffer.from(
    pieces.join('').replace(/\\0([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    'latin1',
  ).toString('utf8')
