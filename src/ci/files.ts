import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sentenceOf } from '../failure.js'
import { visible } from '../foreign-text.js'
import { dotenv, type DotenvForm } from './dotenv.js'
import type { Ci, Log } from './port.js'

/** Names of the files in which results are handed over. */
export const FILES = {
  outputs: 'etcd-deploy.env',
  summary: 'etcd-deploy-summary.md',
  testReport: 'etcd-deploy-junit.xml',
} as const

export interface FileResults {
  readonly folder: string
  readonly form: DotenvForm
  /** Called once where the run has failed. */
  readonly setFailed: () => void
}

/**
 * A CI system that is told by files and by the exit status, and knows no masking: what is handed to it is without secrets. Files of an
 * earlier run are removed first, so that nobody takes them for this one's.
 */
export const fileCi = (log: Log, { folder, form, setFailed }: FileResults): Ci => {
  try {
    for (const name of Object.values(FILES)) rmSync(join(folder, name), { force: true })
  } catch {
    // Writing them will fail too, and say so.
  }
  const outputs = new Map<string, string>()
  const told = new Set<string>()
  const tellOnce = (what: string, tell: () => void): void => {
    if (!told.has(what)) tell()
    told.add(what)
  }
  const write = (name: string, text: string): void => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), visible(text))
  }
  return {
    ...log,
    mask: () => {},
    state: () => {},
    output: (name, value) => {
      outputs.set(name, value)
      const { text, leftOut } = dotenv(outputs, form)
      for (const left of leftOut) {
        tellOnce(left, () =>
          log.notice(`${FILES.outputs} holds no ${left}: it would be too large; the JSON report has it`),
        )
      }
      try {
        write(FILES.outputs, text)
      } catch (error) {
        // How the run ended matters more.
        tellOnce('', () => log.warning(`the outputs could not be written: ${sentenceOf(error)}`))
      }
    },
    // Whoever asked for a promise is told by it of what went wrong.
    summary: async (markdown) => write(FILES.summary, markdown),
    testReport: async (junit) => write(FILES.testReport, junit),
    fail: (sentence) => {
      log.info(`error: ${sentence}`)
      setFailed()
    },
  }
}
