/**
 * The sum of numbers with units behind them, `1h2.5s`, by what one of each unit is worth; undefined where the text is anything else.
 */
export const sumOfUnits = (text: string, worth: Readonly<Record<string, number>>): number | undefined => {
  if (text === '') return undefined
  // Each one begins where the last one ended.
  const part = /(\d+(?:\.\d+)?)([a-z\u00b5\u03bc]{1,2})(?=\d|$)/y
  let total = 0
  while (part.lastIndex < text.length) {
    const [, number, unit = ''] = part.exec(text) ?? []
    if (number === undefined || !Object.hasOwn(worth, unit)) return undefined
    total += Number(number) * (worth[unit] ?? 0)
  }
  return total
}
