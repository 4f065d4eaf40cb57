import type { Desired } from '../../cluster/desired.js'
import type { ExposedFact } from '../../cluster/host-facts.js'
import type { Check, HostFinding } from './check.js'

/**
 * Root works on paths: where somebody else may write in a directory on the way, he can put a link in the place of what root is about
 * to change, and have it change something else. etcd's own directories are etcd's, but the ways to them are not.
 */
export const ways: Check = {
  name: "the ways to our directories are root's",
  stops: ['found', 'restart', 'install', 'renew', 'correct'],
  find: ({ desired, host: { exposed = [] }, snapshotOf }) => {
    const met = exposed.filter(({ of }) => of !== 'snapshot' || snapshotOf !== undefined)
    // One directory may be on the way to several.
    return [...new Map(met.map((fact) => [fact.path, fact])).values()].map((fact) => finding(desired, fact))
  },
}

const finding = (desired: Desired, fact: ExposedFact): HostFinding => {
  const { of, path, how } = fact
  const [input, asked] = PLACES[of](desired)
  const ours = asked === path ? `${input} ${path}` : `${path}, on the way to ${input}${asked && ` ${asked}`},`
  return {
    problem: `${ours} is ${how}: others than root could put a link there in the place of what root works on`,
    next: advice(fact, input),
  }
}

/** A running member is never shut out by it: it reads its certificates at each handshake, and its data belong to it. */
const advice = ({ path, how, isEtcds }: ExposedFact, input: string): string => {
  if (isEtcds) return `leave that directory to etcd, and have ${input} outside of it`
  if (isForAll(how))
    return `leave that directory as it is, and have ${input} in one where root alone may write`
  // In this order everybody who has to pass can do so all the time.
  return `let root alone write there: chmod a+x,go-w ${path} && chown root ${path}`
}

/** By its sticky bit: nobody may remove there what is another's, but everybody may be the first to put something there. */
const isForAll = (how: string): boolean => /^d\S{8}[tT]/.test(how)

const PLACES: Readonly<Record<ExposedFact['of'], (desired: Desired) => readonly [string, string]>> = {
  bin: ({ layout }) => ['bin-dir', layout.binDir],
  ca: ({ layout }) => ['ca-dir', layout.caDir],
  data: ({ layout }) => ['data-dir', layout.dataDir],
  wal: ({ layout }) => ['wal-dir', layout.walDir],
  unit: () => ['the directory of systemd units', ''],
  state: () => ['the directory of our own notes', ''],
  snapshot: ({ snapshot }) => ['snapshot-dir', snapshot.dir],
}
