import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A file of src/ that takes text apart, and by what that is seen. */
export interface Reader {
  /** Path below src/. */
  readonly file: string
  readonly signs: readonly string[]
}

/** Files below `folder` that go over text of any length: by a pattern that repeats, by JSON.parse, or by an exported name. */
export const readersIn = (folder: string): readonly Reader[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => {
      const signs = signsIn(readFileSync(join(folder, file), 'utf8'))
      return signs.length === 0 ? [] : [{ file, signs }]
    })

export const signsIn = (text: string): readonly string[] => {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true)
  const signs: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node) && repeats(node.text)) signs.push(node.text)
    if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') signs.push(node.getText())
    if (ts.isPropertyAccessExpression(node) && node.getText() === 'JSON.parse') signs.push('JSON.parse')
    if (ts.isVariableStatement(node) && isExported(node))
      signs.push(...node.declarationList.declarations.flatMap(nameOf))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return signs
}

/** `*`, `+` or `{2,}` outside of a class: a pattern without them looks at some characters, and no more. */
const repeats = (pattern: string): boolean => {
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  return /[*+]|\{\d+,\}/.test(bare)
}

const isExported = (node: ts.VariableStatement): boolean =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false

/** `parseX`, `readX`, and what reads a text and says so by its type alone. */
const nameOf = ({ name, initializer }: ts.VariableDeclaration): readonly string[] => {
  if (initializer === undefined || !ts.isArrowFunction(initializer)) return []
  const takesText = initializer.parameters.some(({ type }) =>
    /^(?:string|Buffer|Uint8Array)$/.test(type?.getText() ?? ''),
  )
  return takesText && /^(?:parse|read)[A-Z]/.test(name.getText()) ? [name.getText()] : []
}
