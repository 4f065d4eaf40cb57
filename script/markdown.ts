/** What this project's checks need to know of a Markdown page. */
export interface Page {
  /** Ids that a link can lead to, as GitHub gives them to headings, and those of HTML anchors. */
  readonly anchors: ReadonlySet<string>
  /** Targets of links and pictures outside of code, as written. */
  readonly links: readonly string[]
  readonly blocks: readonly CodeBlock[]
}

export interface CodeBlock {
  /** What stands behind the opening fence: `yaml`, `sh` or nothing. */
  readonly language: string
  readonly text: string
}

const FENCE = /^( *)```([^\n`]*)\n([\s\S]*?)\n?^\1```$/gm

export const readPage = (text: string): Page => {
  const blocks = [...text.matchAll(FENCE)].map(([, , language = '', body = '']) => ({
    language: language.trim(),
    text: body,
  }))
  const prose = text.replace(FENCE, '').replace(/<!--[\s\S]*?-->/g, '')
  return { anchors: anchorsOf(prose), links: linksOf(prose.replace(/`[^`\n]*`/g, '')), blocks }
}

const anchorsOf = (prose: string): ReadonlySet<string> => {
  const anchors = new Set<string>()
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = slugOf(heading)
    let name = slug
    for (let count = 1; anchors.has(name); count++) name = `${slug}-${count}`
    anchors.add(name)
  }
  for (const [, id = ''] of prose.matchAll(/<a [^>]*(?:id|name)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

/** Lower case, without punctuation, a dash for each blank; letters of every script stay. */
export const slugOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')

const linksOf = (prose: string): readonly string[] => [
  ...[...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(([, target = '']) => target),
  ...[...prose.matchAll(/^\[[^\]]+\]: *<?([^\s>]+)>?/gm)].map(([, target = '']) => target),
  ...[...prose.matchAll(/<(?:a|img|source) [^>]*(?:href|src|srcset)="([^"]+)"/g)].map(
    ([, target = '']) => target,
  ),
]
