import { codeBlock } from './markdown.js'
import type { Block } from './page.js'

/** Longest name in a chart. */
const LONGEST = 40

/** A name as mermaid takes it anywhere: what could be a sign of its languages, or of HTML, is left out. */
export const plainName = (text: string): string => {
  const plain = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N} ._/()+-]+/gu, ' ')
    .replace(/-{2,}/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
  const letters = [...plain]
  return letters.length === 0
    ? '?'
    : letters.length <= LONGEST
      ? plain
      : `${letters.slice(0, LONGEST - 1).join('')}…`
}

/** A diagram; GitHub draws it. `config`: YAML of mermaid's own settings, indented by two. */
export const diagram = (config: readonly string[], lines: readonly string[]): Block => {
  const { before, rows, after } = codeBlock('mermaid', ['---', 'config:', ...config, '---', ...lines])
  // A diagram that is cut is none.
  return { before: [...before, ...rows, ...after], rows: [], after: [] }
}
