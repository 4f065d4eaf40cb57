/** A text without what is at its ends; each is linear in the text, as a pattern such as `[x]+$` is not. `noise` matches one character. */
export const withoutEnds = (text: string, noise: RegExp): string =>
  withoutTail(withoutHead(text, noise), noise)

export const withoutHead = (text: string, noise: RegExp): string => {
  let start = 0
  while (start < text.length && noise.test(text.charAt(start))) start++
  return text.slice(start)
}

export const withoutTail = (text: string, noise: RegExp): string => {
  let end = text.length
  while (end > 0 && noise.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}
