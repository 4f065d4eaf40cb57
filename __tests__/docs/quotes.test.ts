import { describe, expect, it } from 'vitest'
import { projectFiles, textOf } from './pages.js'

/** What others say, and the action hands on. */
const OF_OTHERS = ['404', 'context deadline exceeded', 'NOSPACE', 'CORRUPT']

const source = projectFiles()
  .filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
  .map(textOf)
  .join('\n')
  .replace(/'\s*\+\s*['`]|`\s*\+\s*['`]/g, '')
  .replace(/\s+/g, ' ')

/** Sentences that a page quotes in the first column of its tables; `...` and what stands for a value is left out. */
const quotesIn = (page: string): readonly string[] =>
  page
    .replace(/<!-- (inputs|outputs|mistakes):[\s\S]*?<!-- \/\1 -->/g, '')
    .split('\n')
    .filter((line) => /^\| .*`/.test(line))
    .flatMap((line) =>
      [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, quote = '']) => quote),
    )
    .filter((quote) => quote.includes(' ') && !OF_OTHERS.includes(quote))

const piecesOf = (quote: string): readonly string[] =>
  quote
    .split(/\.\.\.|\d+ s\b|\b\d{4}\b|https:\/\//)
    .map((piece) => piece.trim())
    .filter((piece) => piece.length > 3)

describe.each(['docs/troubleshooting.md', 'docs/authentication.md', 'README.md'])(
  'the sentences that %s is about',
  (path) => {
    const quotes = quotesIn(textOf(path))

    it('are there', () => {
      expect(quotes.length).toBeGreaterThan(3)
    })

    it.each(quotes)('"%s" is what the action says', (quote) => {
      for (const piece of piecesOf(quote)) expect(source.includes(piece), piece).toBe(true)
    })
  },
)
