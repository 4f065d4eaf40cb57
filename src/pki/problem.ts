/** What is wrong with the text of an input; the rule is a clause that follows the input's name. Holds no secret. */
export interface PkiProblem {
  readonly input: 'ca-cert' | 'ca-key'
  readonly rule: string
}

export const caCertProblem = (rule: string): PkiProblem => ({ input: 'ca-cert', rule })
export const caKeyProblem = (rule: string): PkiProblem => ({ input: 'ca-key', rule })

/** 2025-11-23T10:00:00Z */
export const formatTime = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')
