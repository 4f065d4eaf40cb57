import type { Ci } from '../ci/port.js'
import { annotations } from '../report/annotations.js'

/** A CI system that is never sent more annotations of a level than it shows. */
export interface SparingCi {
  readonly ci: Ci
  /** All warnings, shown one by one or not. */
  readonly warnings: readonly string[]
  /** Shows in one what had no room; nothing is warned of after that. */
  end(): void
}

export const sparing = (ci: Ci): SparingCi => {
  const warnings = annotations((message) => ci.warning(message))
  const notices = annotations((message) => ci.notice(message))
  return {
    ci: { ...ci, warning: warnings.add, notice: notices.add },
    warnings: warnings.all,
    end: () => {
      notices.end()
      warnings.end()
    },
  }
}
