/** Go's words for false (strconv.ParseBool). */
export const isGoFalse = (text: string): boolean => /^(?:0|f|F|false|FALSE|False)$/.test(text)
