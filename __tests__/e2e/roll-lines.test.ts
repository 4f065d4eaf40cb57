import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import { e2eLab, LATEST, missingIn } from './lab.js'
import { failed } from './refusal.js'
import { expectUndisturbed, watch } from './roll-watch.js'

const [V35, V36, V37] = LATEST

const missing = missingIn(await e2eLab(), LATEST)
const why = missing.length > 0 ? ` (skipped: this machine cannot have etcd ${missing.join(', ')})` : ''

describe.skipIf(missing.length > 0)(`three members on the lines of today${why}`, () => {
  let cluster: AtWork
  beforeAll(async () => {
    cluster = await clusterAtWork(3, V35)
  })
  afterAll(() => cluster?.leave())

  const rolled = async (what: string, version: string, more: Readonly<Record<string, string>> = {}) => {
    const watched = await watch(cluster, () => cluster.go(version, more))
    expectUndisturbed(what, watched)
    expect(watched.restarted).toHaveLength(3)
    expect(await cluster.versions()).toEqual(cluster.hosts.map(() => version))
    expect(watched.result.outputs).toMatchObject({ changed: 'true', healthy: 'true', version })
  }

  test(`are upgraded from ${V35} to ${V36}`, async () => {
    await rolled(`${V35} -> ${V36}`, V36)
  })

  test(`are told what stands in the way of ${V37}, and one that dies of it is put back`, async () => {
    const before = await cluster.starts()
    const { failure, log } = failed(await cluster.go(V37))
    expect(log).toContain('does not start on 3.7 before it has taken a raft snapshot on 3.6')
    expect(failure).toMatch(/unmarshal should never fail/)
    expect(failure).toContain(`it was put back and is healthy with ${V36}, no member was rolled`)
    const touched = (await cluster.starts()).filter((at, place) => at !== before[place])
    expect(touched).toHaveLength(1)
    expect(await cluster.versions()).toEqual([V36, V36, V36])
  })

  test(`are upgraded to ${V37} once a raft snapshot has left that behind`, async () => {
    const flags = { 'etcd-args': '--snapshot-count=100' }
    await rolled('a raft snapshot sooner', V36, flags)
    await rolled(`${V36} -> ${V37}`, V37, flags)
    const again = await cluster.go(V37, flags)
    expect(again.outputs).toMatchObject({ changed: 'false', healthy: 'true' })
    await cluster.expectClean()
  })
})
