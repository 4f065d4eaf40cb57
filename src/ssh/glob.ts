/**
 * Does a pattern of OpenSSH's match the whole of a name: `*` any characters, `?` one, all else itself in either case? Only the last star
 * is ever given more, as the first match of what stands before it is as good as any other (match.c match_pattern tries them all).
 */
export const globMatches = (pattern: string, name: string): boolean => {
  const [signs, letters] = [pattern.toLowerCase(), name.toLowerCase()]
  let [sign, letter] = [0, 0]
  /** Behind the last star, and the first letter that it has not taken. */
  let star: { readonly sign: number; letter: number } | undefined
  while (letter < letters.length) {
    if (signs[sign] === '*') star = { sign: ++sign, letter }
    else if (signs[sign] === '?' || (sign < signs.length && signs[sign] === letters[letter])) {
      sign++
      letter++
    } else if (star) {
      sign = star.sign
      letter = ++star.letter
    } else return false
  }
  while (signs[sign] === '*') sign++
  return sign === signs.length
}
