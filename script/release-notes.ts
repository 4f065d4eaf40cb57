/**
 * What CHANGELOG.md says about a release: the text below its heading `## X.Y.Z` (also `## [X.Y.Z]`, with or without a date
 * behind it). Throws where the tag is not `v` and the version of package.json, and where the changelog has no word on it.
 */
export const releaseNotes = (tag: string, version: string, changelog: string): string => {
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, but package.json says ${version}`)
  const sections = changelog.split(/^## /m).slice(1)
  const own = sections.find((section) => /^\[?v?([^\]\s]+)\]?/.exec(section)?.[1] === version)
  const notes = own?.slice(own.indexOf('\n') + 1).trim() ?? ''
  if (notes === '')
    throw new Error(`CHANGELOG.md says nothing about ${version}: write what changed below "## ${version}"`)
  return notes
}
