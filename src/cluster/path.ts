/** A path, or a URL, without the slashes at its end. */
export const withoutEndingSlashes = (path: string): string => {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}
