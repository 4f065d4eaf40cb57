import type { Outcome } from './outcome.js'

/** Version of the report's shape; goes up when a field changes its meaning or goes away. */
export const REPORT_SCHEMA = 1

/** The whole outcome as an indented JSON document, for machines and for the archive. Unknown values are null. */
export const renderReportJson = (outcome: Outcome): string =>
  `${JSON.stringify(
    {
      schema: REPORT_SCHEMA,
      operation: outcome.operation,
      startedAt: outcome.startedAt,
      runUrl: outcome.runUrl ?? null,
      healthy: outcome.healthy,
      changed: outcome.changed,
      failure: outcome.failure ?? null,
      next: outcome.next ?? null,
      cancelled: outcome.cancelled ?? false,
      warnings: outcome.warnings,
      before: outcome.before ?? null,
      lastSeen: outcome.lastSeen ?? null,
      roll: outcome.roll ?? null,
      phases: outcome.phases ?? null,
      verdict: outcome.verdict ?? null,
      plan: outcome.plan ?? null,
      planDigest: outcome.planDigest ?? null,
      writeGap: outcome.writeGap ?? null,
      snapshot: outcome.snapshot ?? null,
      commitLatencies: outcome.commitLatencies,
      certificateDaysLeft: outcome.certificateDaysLeft ?? null,
      timings: outcome.timings,
    },
    undefined,
    2,
  )}\n`
