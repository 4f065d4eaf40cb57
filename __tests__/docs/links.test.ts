import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPage, slugOf, type Page } from '../../script/markdown.js'
import { projectFiles, projectPages } from './pages.js'

/** Links of a page that lead nowhere: to a file that is not in the project, or to a heading that is not in its page. */
const brokenLinks = (
  path: string,
  pages: ReadonlyMap<string, Page>,
  files: ReadonlySet<string>,
): readonly string[] =>
  (pages.get(path)?.links ?? []).filter((link) => {
    if (/^(?:https?|mailto):/.test(link)) return false
    const [target = '', anchor = ''] = decodeURI(link).split('#')
    const to = target === '' ? path : posix.join(posix.dirname(path), target).replace(/\/$/, '')
    const there = files.has(to) || [...files].some((file) => file.startsWith(`${to}/`))
    return !there || (anchor !== '' && pages.get(to)?.anchors.has(anchor) !== true)
  })

describe('the documentation', () => {
  const pages = projectPages()
  const files = new Set(projectFiles())

  it.each([...pages.keys()])('%s: every relative link and every anchor leads somewhere', (path) => {
    expect(brokenLinks(path, pages, files)).toEqual([])
  })

  it('is linked: every page of docs/ can be come to from README.md', () => {
    const reached = new Set(['README.md'])
    for (const path of reached) {
      for (const link of pages.get(path)?.links ?? []) {
        const to = posix.join(posix.dirname(path), link.split('#')[0] ?? '')
        if (pages.has(to)) reached.add(to)
      }
    }
    const all = [...pages.keys()].filter((path) => path.startsWith('docs/'))
    expect(all.filter((path) => !reached.has(path))).toEqual([])
  })
})

describe('the check itself', () => {
  const of = (texts: Readonly<Record<string, string>>): readonly string[] => {
    const pages = new Map(Object.entries(texts).map(([path, text]) => [path, readPage(text)]))
    return brokenLinks('docs/a.md', pages, new Set(['docs/a.md', 'docs/b.md', 'docs/c/x.yml', 'README.md']))
  }

  it('finds a missing file, a missing heading, and a missing picture', () => {
    const links = '[x](gone.md) [y](b.md#gone) [z](#gone) ![p](pictures/p.png) <img src="q.png">'
    expect(of({ 'docs/a.md': links, 'docs/b.md': '# There' })).toEqual([
      ...['gone.md', 'b.md#gone', '#gone', 'pictures/p.png', 'q.png'],
    ])
  })

  it('takes files, folders, headings and addresses, and looks at no code', () => {
    const links =
      '# Up\n[x](b.md) [y](b.md#what-it-does-1) [z](#up) [f](c) [g](../README.md) [h](https://example.org/#x)\n`[no](gone)`\n```\n[no](gone)\n# no\n```\n'
    const other = '## What it does\n## What it does\n'
    expect(of({ 'docs/a.md': links, 'docs/b.md': other })).toEqual([])
  })

  it.each([
    ['When a run stops, and how it goes on', 'when-a-run-stops-and-how-it-goes-on'],
    ['`deploy` & [links](x.md)', 'deploy--links'],
    ['从文档到输入（对照表）', '从文档到输入对照表'],
  ])('knows the anchor of "%s"', (heading, anchor) => {
    expect(slugOf(heading)).toBe(anchor)
  })
})
