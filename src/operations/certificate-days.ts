import { certificatePaths } from '../host/places.js'
import { readPublicFile } from '../host/public-file.js'
import { daysLeft } from '../pki/inspect.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from './run.js'

/** Notes how long the member certificate lasts that ends first, and warns where it is due to be renewed. */
export const noteCertificateDays = async (run: Run, sessions: readonly HostSession[]): Promise<void> => {
  const { layout } = run.inputs.desired
  const pems = await Promise.all(
    sessions.map((session) => readPublicFile(session, certificatePaths(layout).certificate)),
  )
  noteDays(run, pems)
}

/** The same for certificates that are at hand, as PEM; those that cannot be read do not count. */
export const noteDays = (run: Run, pems: readonly string[]): void => {
  const days = pems.flatMap((pem) => daysLeft(pem, run.startedAt) ?? [])
  if (days.length === 0) return
  const least = Math.min(...days)
  run.progress.certificateDaysLeft = least
  if (least * DAY_MS < run.inputs.desired.certificates.renewBeforeMs) {
    run.ci.warning(`A certificate ends in ${least} days: deploy with ca-cert and ca-key renews it.`)
  }
}

const DAY_MS = 86_400_000
