/** For scripts: `coded MOST PATH` prints so many bytes of a file at most, in base64, and ends the line. */
export const CODED = `coded() { head -c "$1" -- "$2" | base64 -w0; echo; }
`

/** Bytes of a unit, a certificate or a marker, and of a command line, at most. */
export const MOST_OF_A_TEXT = 262_144
export const MOST_OF_A_COMMAND_LINE = 131_072

/** A text that a script printed in base64; empty where it printed none. */
export const decoded = (coded: string | undefined): string =>
  Buffer.from(coded ?? '', 'base64').toString('utf8')

/** Of `/proc/PID/cmdline`, in base64. */
export const argvOf = (coded: string | undefined): readonly string[] =>
  decoded(coded).replace(/\0$/, '').split('\0')
