import type { RollSettings, SnapshotPolicy } from '../cluster/desired.js'
import { withoutEndingSlashes } from '../cluster/path.js'
import { complete, type Form } from './form.js'
import { placeProblem } from './layout-rules.js'
import { parseBoolean, oneOf, integer } from './parse/scalar.js'
import { durationUpTo } from './parse/duration.js'
import { good } from './parse/parsed.js'
import { parseDirectory } from './parse/path.js'

const HOUR_MS = 3_600_000

/** Reads how the members of a running cluster are to be changed. */
export const readRoll = (form: Form): RollSettings | undefined => {
  const maxWriteGap = form.askOr('max-write-gap', durationUpTo(HOUR_MS, '2s'), 'none' as const)
  const canary = form.ask('canary', parseBoolean)
  if (canary === false && typeof maxWriteGap === 'number') {
    const rule = 'needs the writer that canary switches on; without it, no gap is measured'
    form.fault('max-write-gap', { value: form.text('max-write-gap'), rule, example: '' })
  }
  const settings = complete<Omit<RollSettings, 'maxWriteGapMs'>>({
    allowDowntime: form.ask('allow-downtime', parseBoolean),
    soakMs: form.ask('soak', durationUpTo(24 * HOUR_MS, '5s', 0)),
    canary,
    beforeMember: form.askOr('before-member', good, ''),
    afterMember: form.askOr('after-member', good, ''),
  })
  if (settings === undefined || maxWriteGap === undefined) return undefined
  return { ...settings, maxWriteGapMs: maxWriteGap === 'none' ? undefined : maxWriteGap }
}

/** Reads when snapshots are taken and where they go. */
export const readSnapshot = (form: Form): SnapshotPolicy | undefined => {
  const dir = form.ask('snapshot-dir', parseDirectory)
  const problem = dir === undefined ? undefined : placeProblem('snapshot-dir', dir)
  if (problem !== undefined) {
    form.fault('snapshot-dir', { value: dir ?? '', rule: problem, example: '/var/backups/etcd' })
  }
  const data = withoutEndingSlashes(form.text('data-dir'))
  if (dir !== undefined && data !== '' && (dir === data || dir.startsWith(`${data}/`))) {
    const rule = "lies inside data-dir, which is etcd's alone and is lost together with it"
    form.fault('snapshot-dir', { value: dir, rule, example: '/var/backups/etcd' })
  }
  return complete<SnapshotPolicy>({
    when: form.ask('snapshot', oneOf(['auto', 'always', 'never'])),
    dir,
    keep: form.ask('snapshot-keep', integer(1, 1000, '5')),
    download: form.askOr('snapshot-download', good, ''),
  })
}
