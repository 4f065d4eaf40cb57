/**
 * Characters that steer whatever shows them, or hide: controls (C0, DEL, C1), the line and paragraph separators that some take for
 * line ends, marks that turn the direction of text round, zero-width and other invisible format characters, half surrogates.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Text that came from elsewhere (a host, a hook, a server), as it may be shown: line ends and tabs stay, every other character that
 * steers a terminal or a runner, or that nobody sees, is named: `{U+001B}`. The form is no syntax to JSON, HTML, markdown or a CI
 * system. Done twice it changes nothing more.
 */
export const visible = (text: string): string =>
  text
    .replace(/\r\n/g, '\n')
    .replace(UNSEEN, (character) => (character === '\n' || character === '\t' ? character : named(character)))

/** The same on one line: line ends become ` / `, tabs blanks, and what is longer than `most` characters is cut off. */
export const visibleLine = (text: string, most = 300): string => {
  const lines = text
    // Enough for what is shown, however much there is.
    .slice(0, 20 * most)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const line = visible(lines.join(' / ').replaceAll('\t', ' '))
  const characters = [...line]
  return characters.length <= most ? line : `${characters.slice(0, most).join('')}...`
}

/**
 * Text for a log whose reader obeys commands in it, none of which is left: `::` first in a line, `##[` (runners of GitHub, Gitea and
 * Forgejo: actions/runner src/Runner.Common/ActionCommand.cs takes the first after blanks, the second wherever it stands),
 * `##vso[` and `##teamcity[` in the logs of their systems. What is in its way is named as `visible` does.
 */
export const inert = (text: string): string =>
  visible(text)
    .split('\n')
    .map((line) => line.replace(/^(\s*):(?=:)/u, (_, blanks: string) => `${blanks}${named(':')}`))
    .join('\n')
    .replace(/##(\w*)\[/g, (_, name: string) => `##${name}${named('[')}`)

const named = (character: string): string =>
  `{U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}}`
