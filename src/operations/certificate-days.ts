import { certificatePaths } from '../cluster/places.js'
import { readPublicFile } from '../host/public-file.js'
import { daysLeft, endsSoon } from '../pki/inspect.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from '../run/run.js'

/** Texts of the members' certificates; empty where there is none. */
export const readCertificates = (
  { inputs: { desired } }: Run,
  sessions: readonly HostSession[],
): Promise<readonly string[]> =>
  Promise.all(
    sessions.map((session) => readPublicFile(session, certificatePaths(desired.layout).certificate)),
  )

/** Notes how long the member certificate lasts that ends first, and warns where it is due to be renewed. */
export const noteCertificateDays = (run: Run, pems: readonly string[]): void => {
  const days = pems.flatMap((pem) => daysLeft(pem, run.startedAt) ?? [])
  if (days.length === 0) return
  const least = Math.min(...days)
  run.progress.certificateDaysLeft = least
  if (least * DAY_MS < run.inputs.desired.certificates.renewBeforeMs) {
    run.ci.warning(`A certificate ends in ${least} days: deploy with ca-cert and ca-key renews it.`)
  }
}

/** Warns where the client certificate of the run ends soon, measured by how long it was made for. */
export const warnOfClientCertificate = (run: Run): void => {
  const { clientCert } = run.inputs.secrets
  if (!endsSoon(clientCert, run.startedAt, run.inputs.desired.certificates.renewBeforeMs)) return
  run.ci.warning(
    `client-cert ends in ${daysLeft(clientCert, run.startedAt)} days: give a new one, with its client-key.`,
  )
}

const DAY_MS = 86_400_000
