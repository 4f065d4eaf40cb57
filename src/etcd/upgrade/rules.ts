/*
 * What etcd's own changelogs, upgrade guides and issues say of going from one release to another, as data. Patches of one minor
 * are exchangeable both ways; everything else is one minor at a time.
 */

/** The release of each minor that has every known fix for data and security (etcd CHANGELOG-3.4 to 3.7, July 2026). */
export const SOUND: Readonly<Record<string, string>> = {
  '3.4': '3.4.45',
  '3.5': '3.5.33',
  '3.6': '3.6.14',
  '3.7': '3.7.1',
}

/** One step from a minor to the next. */
export interface Hop {
  /** Minors, X.Y. */
  readonly from: string
  readonly to: string
  /** Oldest patch that a member may be upgraded from. */
  readonly least: string
  readonly why: string
  /** Oldest patch that may be upgraded from without a word; the same as `least` where there is nothing between. */
  readonly advised: string
  readonly advice: string
  /** Oldest patch that may be upgraded to. */
  readonly landing: string
  readonly landingWhy: string
  /** What is to be known whatever the patches are; absent where nothing is. */
  readonly always?: string
  readonly source: string
}

export const HOPS: readonly Hop[] = [
  {
    from: '3.4',
    to: '3.5',
    least: '3.4.0',
    why: '',
    advised: '3.4.22',
    advice: 'etcd advises 3.4.22 or later in production',
    landing: '3.5.3',
    landingWhy: 'can end up with different data on its members after a crash (etcd issue 13766)',
    source: 'etcd.io docs/v3.5/upgrades/upgrade_3_5; etcd CHANGELOG-3.4, CHANGELOG-3.5',
  },
  {
    from: '3.5',
    to: '3.6',
    least: '3.5.26',
    why: 'members that were removed long ago can come back to life in 3.6 (etcd issue 20967, repaired by 3.5.26)',
    advised: '3.5.32',
    advice: 'the upgrade guide of etcd 3.6 asks for 3.5.32 or later on all members',
    landing: '3.6.5',
    landingWhy:
      'may not start on the log of a member that was promoted from a learner (fixed in 3.6.1 to 3.6.5)',
    source: 'etcd.io docs/v3.6/upgrades/upgrade_3_6; etcd issues 19557, 20793, 20967; CHANGELOG-3.6',
  },
  {
    from: '3.6',
    to: '3.7',
    least: '3.6.11',
    why: 'earlier releases of 3.6 may not be compatible with 3.7',
    advised: '3.6.11',
    advice: '',
    landing: '3.7.0',
    landingWhy: '',
    always:
      'a member that ever ran 3.5 does not start on 3.7 before it has taken a raft snapshot on 3.6, as 3.7 cannot read what 3.5 left in ' +
      'its log ("unmarshal should never fail"): on a quiet cluster deploy 3.6 with a low --snapshot-count in etcd-args first, and go on ' +
      'when every member has logged "saved snapshot"',
    source:
      'etcd.io docs/v3.7/upgrades/upgrade_3_7; etcd pull requests 16966, 21263; seen with 3.5.33, 3.6.14, 3.7.1',
  },
]

/** Releases that a running cluster is not brought to; both ends included. */
export interface BadReleases {
  readonly first: string
  readonly last: string
  readonly why: string
  /** Refused; else only said. */
  readonly refused: boolean
  readonly source: string
}

export const BAD_RELEASES: readonly BadReleases[] = [
  {
    first: '3.5.0',
    last: '3.5.2',
    why: 'can end up with different data on its members after a crash (etcd issue 13766)',
    refused: true,
    source: 'etcd issue 13766; CHANGELOG-3.5, 3.5.3',
  },
  {
    first: '3.5.3',
    last: '3.5.5',
    why: 'has faults in authentication and in defragmentation that are repaired in 3.5.6',
    refused: false,
    source: 'etcd CHANGELOG-3.5, 3.5.4 and 3.5.6; README: 3.5.6 or later in production',
  },
]
