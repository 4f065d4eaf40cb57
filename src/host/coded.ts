/** A text that a script printed in base64; empty where it printed none. */
export const decoded = (coded: string | undefined): string =>
  Buffer.from(coded ?? '', 'base64').toString('utf8')

/** Of `/proc/PID/cmdline`, in base64. */
export const argvOf = (coded: string | undefined): readonly string[] =>
  decoded(coded).replace(/\0$/, '').split('\0')
