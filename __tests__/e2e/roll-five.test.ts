import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import { OLD, VERSION } from './lab.js'
import { expectUndisturbed, watch } from './roll-watch.js'
import { runningArgv } from './shape.js'

const MIDDLE = '3.5.16'
/** On a busy machine a slow answer does not tell that a member is down. */
const PATIENCE = { answerMs: 4000 }
const FLAGS = { 'etcd-args': '--snapshot-count=40000' }

let cluster: AtWork

/** Rolls all five members under watch. */
const rolled = async (what: string, version: string, more: Readonly<Record<string, string>> = {}) => {
  const watched = await watch(cluster, () => cluster.go(version, more), PATIENCE)
  expectUndisturbed(`5 members, ${what}`, watched)
  expect(watched.restarted).toHaveLength(5)
  expect(await cluster.versions()).toEqual(cluster.hosts.map(() => version))
  expect(watched.result.outputs).toMatchObject({ changed: 'true', healthy: 'true', version })
  return watched
}

describe('five members at work', () => {
  beforeAll(async () => {
    cluster = await clusterAtWork(5, OLD)
  })
  afterAll(() => cluster?.leave())

  test('are upgraded by a minor', async () => {
    const { result } = await rolled(`${OLD} -> ${MIDDLE}`, MIDDLE)
    expect(result.log).toContain('5 voters, 1 down at a time, quorum 3 held')
  })

  test('are upgraded by a patch', async () => {
    await rolled(`${MIDDLE} -> ${VERSION}`, VERSION)
  })

  test('get another flag', async () => {
    const { result } = await rolled('a flag', VERSION, FLAGS)
    expect(result.outputs['snapshot']).toBe('')
    for (const host of cluster.hosts)
      expect(await runningArgv(cluster.lab, host)).toContain(FLAGS['etcd-args'])
  })

  test('learn of a second CA, and nothing is left over', async () => {
    const { certFile, ecdsaCertFile } = cluster.lab.ca
    const bundle = await Promise.all([certFile, ecdsaCertFile].map((file) => readFile(file, 'utf8')))
    await rolled('a CA bundle', VERSION, { ...FLAGS, 'ca-cert': bundle.join('') })
    expect(await cluster.onAll('grep -c BEGIN /etc/kubernetes/ssl/ca.pem')).toEqual(
      cluster.hosts.map(() => '2'),
    )
    await cluster.expectClean()
  })
})
