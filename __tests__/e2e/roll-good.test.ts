import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import { OLD, VERSION } from './lab.js'
import { failed } from './refusal.js'
import { expectUndisturbed, watch } from './roll-watch.js'
import { passed, runningArgv } from './shape.js'
import { worldOf } from './world.js'

const HOSTS = [1, 2, 3]
const MIDDLE = '3.5.16'
const RUN_URL = 'https://github.com/org/repo/actions/runs/42'

let cluster: AtWork
let folder: string

/** One cluster of three members, brought from release to release while others write to it. */
describe('three members at work', () => {
  beforeAll(async () => {
    cluster = await clusterAtWork(HOSTS.length, OLD)
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-roll-'))
  })
  afterAll(async () => {
    await cluster?.leave()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  test('are upgraded by a minor as planned: the plan changed nothing, the leader went last, hooks and journals tell of it', async () => {
    const before = await worldOf(cluster.lab, HOSTS)
    const planned = await cluster.go(MIDDLE, { operation: 'plan' })
    expect(planned.errors).toEqual([])
    expect(planned.outputs).toMatchObject({ changed: 'false', healthy: '' })
    expect(planned.outputs['cluster-id']).toMatch(/^[0-9a-f]{13,16}$/)
    expect(planned.outputs['plan-digest']).toMatch(/^[0-9a-f]{64}$/)
    expect(planned.log).toContain('3 voters, 1 down at a time, quorum 2 held')
    expect(await worldOf(cluster.lab, HOSTS)).toEqual(before)

    const notes = join(folder, 'hooks')
    const hook = (when: string): string =>
      `echo "${when} $ETCD_DEPLOY_MEMBER $ETCD_DEPLOY_ENDPOINT $ETCD_DEPLOY_STEP $(env | grep -c INPUT_)" >>${notes}`
    const watched = await watch(cluster, () =>
      cluster.go(MIDDLE, {
        'expect-plan': planned.outputs['plan-digest'] ?? '',
        'before-member': hook('before'),
        'after-member': hook('after'),
      }),
    )
    expectUndisturbed(`${OLD} -> ${MIDDLE}`, watched)
    const { outputs, summary } = watched.result
    expect(outputs).toMatchObject({ changed: 'true', healthy: 'true', version: MIDDLE, failure: '' })
    expect(await cluster.versions()).toEqual([MIDDLE, MIDDLE, MIDDLE])
    const order = watched.restarted.map((place) => place + 1)
    expect([...order].sort()).toEqual(HOSTS)
    expect(summary).toContain('Longest time without a write: ')
    expect(summary).toContain(outputs['snapshot-sha256'])

    expect((await readFile(notes, 'utf8')).trim().split('\n')).toEqual(
      order.flatMap((host) =>
        ['before', 'after'].map(
          (when) => `${when} ${cluster.name(host)} https://${cluster.addresses[host - 1]}:2379 roll 0`,
        ),
      ),
    )
    const journals = await cluster.onAll('journalctl -q -t etcd-deploy -o cat')
    journals.forEach((journal, index) => {
      const told = [`started as a member of a new cluster, etcd ${OLD}`, `rolled, serves ${MIDDLE}`]
      for (const what of told)
        expect(journal).toContain(`${cluster.name(index + 1)}: ${what} run=${RUN_URL} actor=octocat`)
    })
    const followers = order.slice(0, -1)
    const digests = await Promise.all(
      followers.map((host) =>
        cluster.lab.on(host, `test ! -f ${outputs['snapshot']} || sha256sum <${outputs['snapshot']}`),
      ),
    )
    expect(outputs['snapshot-sha256']).toMatch(/^[0-9a-f]{64}$/)
    expect(digests.filter((digest) => digest !== '')).toEqual([`${outputs['snapshot-sha256']}  -\n`])
    const revision = BigInt(outputs['snapshot-revision'] ?? '')
    expect(revision).toBeGreaterThan(1n)
    expect(revision).toBeLessThan(watched.free.acknowledged.at(-1)!.revision)
    for (const list of await cluster.onAll(
      'find /opt/kube /var/lib/etcd-deploy -name etcd -type f -exec {} --version \\;',
    )) {
      expect(list).toContain(`etcd Version: ${OLD}`)
      expect(list).toContain(`etcd Version: ${MIDDLE}`)
    }
    await cluster.expectClean()
  })

  test('are not touched where the plan that was reviewed is no longer the one, and are upgraded where it is', async () => {
    const planned = await cluster.go(VERSION, { operation: 'plan' })
    const digest = planned.outputs['plan-digest'] ?? ''
    const unit = '/etc/systemd/system/etcd.service'
    await cluster.lab.on(
      2,
      `cp -p ${unit} /root/unit; sed -i s/snapshot-count=50000/snapshot-count=40000/ ${unit}; systemctl daemon-reload`,
    )
    const before = await worldOf(cluster.lab, HOSTS)
    const { failure, outputs } = failed(await cluster.go(VERSION, { 'expect-plan': digest }))
    expect(failure).toContain('the plan is not the one that expect-plan names')
    expect(failure).toContain('nothing was changed on any host')
    expect(outputs['changed']).toBe('false')
    expect(await worldOf(cluster.lab, HOSTS)).toEqual(before)

    await cluster.lab.on(2, `mv /root/unit ${unit}; systemctl daemon-reload`)
    const watched = await watch(cluster, () => cluster.go(VERSION, { 'expect-plan': digest, soak: '1s' }))
    expectUndisturbed(`${MIDDLE} -> ${VERSION}`, watched)
    expect(watched.result.outputs).toMatchObject({ changed: 'true', version: VERSION })
    expect(await cluster.versions()).toEqual([VERSION, VERSION, VERSION])
    expect(watched.restarted).toHaveLength(3)
    await cluster.expectClean()
  })

  test('keep the member that before-member did not let go, and the next run goes on from there', async () => {
    const flags = { 'etcd-args': '--snapshot-count=40000' }
    const leader = await cluster.leaderNow()
    const [first, second] = HOSTS.filter((host) => host !== leader)
    const processes = await cluster.onAll('systemctl show -p MainPID --value etcd')
    const stopped = failed(
      await cluster.go(VERSION, {
        ...flags,
        'before-member': `[ "$ETCD_DEPLOY_MEMBER" != ${cluster.name(second!)} ]`,
      }),
    )
    expect(stopped.failure).toContain(`${cluster.name(second!)}: before-member failed`)
    expect(stopped.failure).toContain(cluster.name(first!))
    expect(stopped.outputs['changed']).toBe('true')
    const after = await cluster.onAll('systemctl show -p MainPID --value etcd')
    expect(HOSTS.filter((host) => after[host - 1] !== processes[host - 1])).toEqual([first])
    expect(await runningArgv(cluster.lab, second!)).toContain('--snapshot-count=50000')

    const watched = await watch(cluster, () => cluster.go(VERSION, flags))
    expectUndisturbed('a flag, from the second member on', watched)
    expect(watched.result.outputs).toMatchObject({ snapshot: '', 'snapshot-sha256': '' })
    for (const host of HOSTS) expect(await runningArgv(cluster.lab, host)).toContain('--snapshot-count=40000')
    const last = await cluster.onAll('systemctl show -p MainPID --value etcd')
    expect(last[first! - 1]).toBe(after[first! - 1])
    await cluster.expectClean()
  })

  test('learn of a second CA, and are left alone when all is as asked', async () => {
    const bundle = [cluster.lab.ca.certFile, cluster.lab.ca.ecdsaCertFile].map((file) =>
      readFile(file, 'utf8'),
    )
    const more = { 'etcd-args': '--snapshot-count=40000', 'ca-cert': (await Promise.all(bundle)).join('') }
    const watched = await watch(cluster, () => cluster.go(VERSION, more))
    expectUndisturbed('a CA bundle', watched)
    expect(await cluster.onAll('grep -c BEGIN /etc/kubernetes/ssl/ca.pem')).toEqual(['2', '2', '2'])
    await cluster.expectClean()

    const before = await worldOf(cluster.lab, HOSTS)
    const again = await cluster.go(VERSION, more)
    passed(again)
    expect(again.outputs).toMatchObject({ changed: 'false', 'max-write-gap-ms': '', snapshot: '' })
    expect(JSON.parse(again.outputs['plan'] ?? '')).toMatchObject({ kind: 'none', steps: [] })
    expect(await worldOf(cluster.lab, HOSTS)).toEqual(before)
  })
})
