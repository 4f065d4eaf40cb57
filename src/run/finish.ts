import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ci } from '../ci/port.js'
import { sentenceOf } from '../failure.js'
import { renderJunit } from '../report/junit.js'
import { finalSentence } from '../report/lines.js'
import type { Outcome } from '../report/outcome.js'
import { renderOutputs } from '../report/outputs.js'
import { renderReportJson } from '../report/report-json.js'
import { renderSummary } from '../report/summary.js'

/**
 * Tells the world how the run ended: report, outputs, summary page, last log line; makes the job fail where it failed.
 * `outcome` is without secrets already: in what is made of it here, one that is a common word would be found in keys and markup too.
 * A report or summary that cannot be written is a warning: it must not hide how the run itself ended.
 */
export const finish = async (ci: Ci, outcome: Outcome, tempDir: string): Promise<void> => {
  const reportPath = await attempt(ci, 'the JSON report', async () => {
    await mkdir(tempDir, { recursive: true })
    const path = join(tempDir, `etcd-deploy-report-${outcome.startedAt.replace(/[^0-9]/g, '')}.json`)
    await writeFile(path, renderReportJson(outcome))
    return path
  })
  const outputs = renderOutputs({ ...outcome, reportPath })
  for (const [name, value] of Object.entries(outputs)) ci.output(name, value)
  await attempt(ci, 'the job summary', () => ci.summary(renderSummary({ ...outcome, reportPath })))
  await attempt(ci, 'the JUnit report', () => ci.testReport(renderJunit(outcome)))
  if (outcome.failure === undefined) ci.info(finalSentence(outcome))
  else ci.fail(finalSentence(outcome))
}

const attempt = async <T>(ci: Ci, what: string, write: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await write()
  } catch (error) {
    ci.warning(`${what} could not be written: ${sentenceOf(error)}`)
    return undefined
  }
}
