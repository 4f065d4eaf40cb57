import type { Layout } from '../cluster/desired.js'
import { logDirectory } from '../cluster/places.js'
import { quotePath, quoteWord } from './exec-line.js'
import { parseUnit } from './parse-unit.js'

/**
 * Lines of `[Unit]` for a member that has once been founded. etcd takes a member without a log for a new one, and members of a
 * majority that lost their disks would found an empty cluster, with the ids of the old one; so systemd refuses to start it
 * (systemd.unit(5), AssertPathExists=). A log on a disk of its own is there only once that disk is mounted; for the data
 * directory WorkingDirectory= sees to that.
 */
export const logGuard = (layout: Layout): readonly string[] => [
  ...(layout.walDir === '' ? [] : [`RequiresMountsFor=${quoteWord(layout.walDir)}`]),
  `AssertPathExists=${quotePath(logDirectory(layout))}`,
]

/** Does this unit refuse to start a member without its log? Then the member had one. */
export const isGuarded = (unitText: string, layout: Layout): boolean =>
  parseUnit(unitText).some(
    ({ section, key, value }) =>
      section === 'Unit' && key === 'AssertPathExists' && value === quotePath(logDirectory(layout)),
  )
