import { REMOVED_FLAGS, type RemovedFlag } from '../src/etcd/upgrade/flag-rules.js'
import { pathBetween } from '../src/etcd/upgrade/path.js'
import { BAD_RELEASES, HOPS, SOUND } from '../src/etcd/upgrade/rules.js'
import { between, table } from './between.js'

const MADE = 'made from src/etcd/upgrade by npm run docs'

/** The page on upgrades with its tables made anew from the rules that the action itself follows. */
export const withUpgradeTables = (page: string): string =>
  Object.entries({ hops, paths, releases, flags }).reduce(
    (text, [name, content]) => between(text, name, MADE, content()),
    page,
  )

const hops = (): string =>
  table(
    ['from', 'to', 'refused below', 'a note below', 'refused targets', 'source'],
    HOPS.map(({ from, to, least, why, advised, advice, landing, landingWhy, source }) => [
      from,
      to,
      reasoned(least, why),
      advice === '' ? '' : reasoned(advised, advice),
      landingWhy === '' ? '' : `before ${reasoned(landing, landingWhy)}`,
      source,
    ]),
  )

const reasoned = (release: string, why: string): string => (why === '' ? release : `${release}: ${why}`)

/** Where people come from: the first release that each hop takes, and one in the middle of a line. */
const STARTS = ['3.4.0', '3.4.23', '3.5.0', '3.5.16', '3.6.0']

const paths = (): string => {
  const targets = ['3.5', '3.6', '3.7'].map((minor) => SOUND[minor] ?? '')
  return table(
    ['you run', ...targets.map((target) => `you want ${target}`)],
    STARTS.map((start) => [
      start,
      ...targets.map((target) => pathBetween(start, target).join(' → ') || 'only back'),
    ]),
  )
}

const releases = (): string =>
  table(
    ['releases', 'what the action does', 'why', 'source'],
    [
      ...BAD_RELEASES.map(({ first, last, why, refused, source }) => [
        `${first} to ${last}`,
        refused ? 'refuses to bring a cluster there' : 'says so, and goes on',
        why,
        source,
      ]),
      ...Object.entries(SOUND).map(([minor, release]) => [
        release,
        `takes it as the stop in ${minor}`,
        'has every fix for data and security that is known for its minor',
        'etcd changelogs',
      ]),
    ],
  )

const flags = (): string =>
  table(
    ['flag', 'gone since', 'instead'],
    REMOVED_FLAGS.map(({ name, value, since, instead }: RemovedFlag) => [
      `\`--${name}${value === undefined ? '' : `=${value}`}\``,
      since,
      instead === '' ? 'leave it out' : instead.startsWith('-') ? `\`${instead}\`` : instead,
    ]),
  )
