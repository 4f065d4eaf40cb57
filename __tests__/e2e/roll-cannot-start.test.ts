import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { type ClientTls, memberGateway } from './member-gateway.js'
import { OLD, VERSION } from './lab.js'
import { outsideClient } from './cluster-at-work.js'
import { failed } from './refusal.js'
import { CAUSES, DIES_ONCE_READY, giveSmallDisks, type Cause, type Place } from './roll-causes.js'
import { atTurn, goesOn, HOSTS, mainPids, type Rollable, rollable, servesOn } from './roll-faults.js'
import { changedSince, saidOf } from './roll-said.js'
import { shownLog } from './shape.js'
import { readBack, startWriter, type Acknowledged } from './writers.js'

let cluster: Rollable
let lab: Lab
let tls: ClientTls
let base: Record<string, string>
const written: Acknowledged[] = []

const WRITTEN = 'outside/'
/** As long as etcdctl tries (its --command-timeout): where disks fill up on a busy machine, a leader may miss its own heartbeats. */
const PATIENCE_MS = 5000
const addresses = (): readonly string[] => HOSTS.map((host) => lab.hosts[host - 1]!.address)

/** Writes through whoever takes it all the while. */
const underWrites = async (work: () => Promise<RunResult>): Promise<RunResult> => {
  const prefix = `${WRITTEN}${Date.now()}/`
  const writer = startWriter({
    ...{ prefix, addresses: addresses(), tls, everyMs: 25, patienceMs: PATIENCE_MS },
  })
  try {
    return await work()
  } finally {
    const { acknowledged, failed: lost } = await writer.stop()
    written.push(...acknowledged)
    expect(lost).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(20)
  }
}

/** Two megabytes a second, whether they are taken or not: a disk that is full shows when something is to be put on it. */
const underLoad = async <T>(work: () => Promise<T>): Promise<T> => {
  const gateways = addresses().map((address) => memberGateway(address, tls))
  const key = Buffer.from('large').toString('base64')
  let current = 0
  const put = setInterval(() => {
    const { ask } = gateways[current % gateways.length]!
    ask('/v3/kv/put', { key, value: randomBytes(100_000).toString('base64') }).catch(() => current++)
  }, 50)
  try {
    return await work()
  } finally {
    clearInterval(put)
    for (const { close } of gateways) close()
  }
}

/** All that was ever acknowledged, asked of each member for itself. */
const nothingIsLost = async (): Promise<void> => {
  for (const address of addresses()) {
    const has = await readBack(address, tls, WRITTEN)
    expect(written.filter(({ key, value }) => has.get(key)?.value !== value).map(({ key }) => key)).toEqual(
      [],
    )
  }
}

/** Which member of the run that is, and how many it rolls before: the roll goes on from one case to the next. */
const TURNS: Readonly<Record<Place, number>> = { first: 1, middle: 2, last: 2 }

/** The cause goes also where the test has failed, so that those after it tell something. */
const failsAt = async (cause: Cause, place: Place): Promise<void> => {
  try {
    await failsOnce(cause, place)
  } finally {
    await Promise.all(HOSTS.map((host) => lab.on(host, cause.cure)))
  }
}

const failsOnce = async (cause: Cause, place: Place): Promise<void> => {
  const before = await mainPids(lab)
  const inputs = {
    ...{ ...base, ...cause.change },
    'before-member': atTurn(
      lab,
      TURNS[place],
      (host, command) => `${command} exec ${host} -- sh -c '${cause.breaks(place)}'`,
    ),
  }
  const rolls = (): Promise<RunResult> => underWrites(() => run(inputs))
  const result = failed(await (cause.stays ? underLoad(rolls) : rolls()))
  const { member, what, state, rolled, untouched } = saidOf(cluster, result.failure)
  const [, why] = /^it did not become healthy after its restart(?: within \d+ s)?: (.*)$/.exec(what) ?? []
  expect(why).toMatch(cause.says[place])
  expect([rolled.length, untouched.length]).toEqual([
    TURNS[place] - 1,
    { first: 2, middle: 1, last: 0 }[place],
  ])
  expect(await changedSince(lab, before)).toEqual([...rolled, member].sort())
  expect(result.outputs).toMatchObject({ changed: 'true', 'failed-writes': '0' })
  // Of the start that failed, and of the one after it only where that failed too.
  expect(result.log.match(/^journalctl -u etcd on /gm)).toHaveLength(cause.stays ? 2 : 1)
  if (cause.stays) {
    expect(state).toMatch(/^it was put back, but that did not heal it: .*no space left on device/)
    await servesOn(
      lab,
      HOSTS.filter((host) => host !== member),
    )
  } else {
    expect(state).toMatch(/^it was put back and is healthy with [0-9.]+$/)
    await servesOn(lab, HOSTS)
    await nothingIsLost()
  }
}

/** Before it there is one member left to roll, after it none: systemd starts that one again. */
const diesPastReturn = async (cause: Cause): Promise<void> => {
  const before = await mainPids(lab)
  const inputs = { ...base, ...cause.change }
  const result = failed(
    await underWrites(() =>
      run({
        ...{ ...inputs, soak: '5s' },
        'before-member': atTurn(
          lab,
          1,
          (host, command) => `${command} exec ${host} -- sh -c '${DIES_ONCE_READY}'`,
        ),
      }),
    ),
  )
  const { member, what, state } = saidOf(cluster, result.failure)
  expect(what).toBe('it did not stay healthy: etcd was killed by SIGKILL')
  expect(state).toBe(
    `it was not put back and stays on ${VERSION}: the cluster moves to 3.5 once its last member serves, and refuses the version before`,
  )
  await lab.on(member, 'timeout 60 sh -c "until systemctl is-active -q etcd; do sleep 0.3; done"')
  const next = await run(inputs)
  expect(next.outputs, shownLog(next)).toMatchObject({
    healthy: 'true',
    changed: 'false',
    failure: '',
    version: VERSION,
  })
  expect(await changedSince(lab, before)).toEqual([member])
  await servesOn(lab, HOSTS)
  await nothingIsLost()
}

describe('a member that cannot start as asked is put back, and those after it are not touched', () => {
  beforeAll(async () => {
    cluster = await rollable(OLD, giveSmallDisks)
    lab = cluster.lab
    tls = await outsideClient(lab)
    base = await cluster.inputs(VERSION)
  })

  for (const cause of CAUSES) {
    describe(cause.name, () => {
      beforeAll(async () => {
        await Promise.all(HOSTS.map((host) => cause.prepare?.(lab, host)))
      })
      test.each<Place>(['first', 'middle', 'last'])('the %s one', (place) => failsAt(cause, place))

      if (cause.change['version'] !== undefined) {
        test('the last one, once it has served the new minor, has no way back', () => diesPastReturn(cause))
        return
      }
      test('the next run goes on, as the cause is gone', async () => {
        await goesOn(lab, { ...base, ...cause.change })
        await nothingIsLost()
      })
    })
  }
})
