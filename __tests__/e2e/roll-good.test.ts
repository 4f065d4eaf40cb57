import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { e2eLab, newestIn, OLD, VERSION } from './lab.js'
import { type ClientTls, memberGateway } from './member-gateway.js'
import { failed } from './refusal.js'
import { expectUndisturbed, outsideClient, watch } from './roll-watch.js'
import { saidBy } from './sampler.js'
import { makeToolCache, passed, runningArgv } from './shape.js'
import { worldOf } from './world.js'

const HOSTS = [1, 2, 3]
const MIDDLE = '3.5.16'
const RUN_URL = 'https://github.com/org/repo/actions/runs/42'

let lab: Lab
let client: ClientTls
let cache: Awaited<ReturnType<typeof makeToolCache>>
let folder: string
let addresses: readonly string[]

const inputsFor = async (version: string, more: Readonly<Record<string, string>> = {}) => ({
  ...(await lab.inputs(HOSTS, version)),
  soak: '0s',
  ...more,
})
const go = async (version: string, more: Readonly<Record<string, string>> = {}): Promise<RunResult> =>
  run(await inputsFor(version, more), cache.options)
const nameOf = (host: number): string => `etcd-${addresses[host - 1]}`
const onAll = (line: string): Promise<readonly string[]> =>
  Promise.all(HOSTS.map(async (host) => (await lab.on(host, line)).trim()))
const versions = (): Promise<readonly string[]> =>
  Promise.all(
    addresses.map(async (address) => {
      const gateway = memberGateway(address, client)
      const { version } = await saidBy(gateway.ask)
      gateway.close()
      return version
    }),
  )
/** The number of the host that leads, as the members say. */
const leaderNow = async (): Promise<number> => {
  const gateways = addresses.map((address) => memberGateway(address, client))
  const said = await Promise.all(gateways.map(({ ask }) => saidBy(ask)))
  for (const gateway of gateways) gateway.close()
  return said.findIndex(({ id, leader }) => id === leader) + 1
}
/** Host numbers in the order in which their etcd was started; hosts of one machine share the clock. */
const startOrder = async (): Promise<readonly number[]> => {
  const at = await onAll('systemctl show -p ExecMainStartTimestampMonotonic --value etcd')
  return [...HOSTS].sort((a, b) => Number(at[a - 1]) - Number(at[b - 1]))
}
/** What a roll may leave on a host: the store of releases and one word on how the last change ended. */
const leftovers = (): Promise<readonly string[]> =>
  onAll(
    'ls -A /var/lib/etcd-deploy/etcd | grep -vx outcome; ls -A /etc/systemd/system /etc/systemd/system/*.wants /run/systemd/system /etc/kubernetes/ssl /opt/kube/bin | grep -i deploy; ' +
      'systemctl list-units --all --no-legend "etcd-deploy*"; systemctl list-timers --all --no-legend "*etcd*"; true',
  )
const keysOfCanary = async (): Promise<unknown> => {
  const { ask, close } = memberGateway(addresses[0]!, client)
  const to64 = (text: string): string => Buffer.from(text).toString('base64')
  const range = { key: to64('etcd-deploy/'), range_end: to64('etcd-deploy0'), count_only: true }
  const keys = await ask('/v3/kv/range', range)
  const leases = await ask('/v3/lease/leases', {})
  close()
  return [keys['count'], leases['leases']]
}
/** Nothing is left of the roll but what it was for. */
const expectClean = async (): Promise<void> => {
  await expect.poll(leftovers, { timeout: 5000 }).toEqual(['', '', ''])
  expect(await keysOfCanary()).toEqual([undefined, undefined])
}

/** One cluster of three members, brought from release to release while others write to it. */
describe('three members at work', () => {
  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', ...HOSTS.map(String))
    addresses = HOSTS.map((host) => lab.hosts[host - 1]!.address)
    client = await outsideClient(lab)
    cache = await makeToolCache()
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-roll-'))
    passed(await go(OLD))
  })
  afterAll(async () => {
    await cache?.remove()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  test('are upgraded by a minor as planned: the plan changed nothing, the leader went last, hooks and journals tell of it', async () => {
    const before = await worldOf(lab, HOSTS)
    const planned = await go(MIDDLE, { operation: 'plan' })
    expect(planned.errors).toEqual([])
    expect(planned.outputs).toMatchObject({ changed: 'false', healthy: '' })
    expect(planned.outputs['plan-digest']).toMatch(/^[0-9a-f]{64}$/)
    expect(planned.log).toContain('3 voters, 1 down at a time, quorum 2 held')
    expect(await worldOf(lab, HOSTS)).toEqual(before)

    const leader = await leaderNow()
    const notes = join(folder, 'hooks')
    const hook = (when: string): string =>
      `echo "${when} $ETCD_DEPLOY_MEMBER $ETCD_DEPLOY_ENDPOINT $ETCD_DEPLOY_STEP $(env | grep -c INPUT_)" >>${notes}`
    const watched = await watch(addresses, client, () =>
      go(MIDDLE, {
        'expect-plan': planned.outputs['plan-digest'] ?? '',
        'before-member': hook('before'),
        'after-member': hook('after'),
      }),
    )
    expectUndisturbed(`${OLD} -> ${MIDDLE}`, watched)
    const { outputs, summary } = watched.result
    expect(outputs).toMatchObject({ changed: 'true', healthy: 'true', version: MIDDLE, failure: '' })
    expect(await versions()).toEqual([MIDDLE, MIDDLE, MIDDLE])
    const order = await startOrder()
    expect(order.at(-1)).toBe(leader)
    expect(watched.samples.some((sample) => sample.includes(undefined))).toBe(true)
    expect(summary).toContain('Longest time without a write: ')
    expect(summary).toContain(outputs['snapshot-sha256'])

    expect((await readFile(notes, 'utf8')).trim().split('\n')).toEqual(
      order.flatMap((host) =>
        ['before', 'after'].map(
          (when) => `${when} ${nameOf(host)} https://${addresses[host - 1]}:2379 roll 0`,
        ),
      ),
    )
    const journals = await onAll('journalctl -q -t etcd-deploy -o cat')
    journals.forEach((journal, index) =>
      expect(journal).toContain(
        `${nameOf(index + 1)}: rolled, serves ${MIDDLE} run=${RUN_URL} actor=octocat`,
      ),
    )
    const followers = HOSTS.filter((host) => host !== leader)
    const digests = await Promise.all(
      followers.map((host) =>
        lab.on(host, `test ! -f ${outputs['snapshot']} || sha256sum <${outputs['snapshot']}`),
      ),
    )
    expect(outputs['snapshot-sha256']).toMatch(/^[0-9a-f]{64}$/)
    expect(digests.filter((digest) => digest !== '')).toEqual([`${outputs['snapshot-sha256']}  -\n`])
    const revision = BigInt(outputs['snapshot-revision'] ?? '')
    expect(revision).toBeGreaterThan(1n)
    expect(revision).toBeLessThan(watched.free.acknowledged.at(-1)!.revision)
    for (const list of await onAll(
      'find /opt/kube /var/lib/etcd-deploy -name etcd -type f -exec {} --version \\;',
    )) {
      expect(list).toContain(`etcd Version: ${OLD}`)
      expect(list).toContain(`etcd Version: ${MIDDLE}`)
    }
    await expectClean()
  })

  test('are not touched where the plan that was reviewed is no longer the one, and are upgraded where it is', async () => {
    const planned = await go(VERSION, { operation: 'plan' })
    const digest = planned.outputs['plan-digest'] ?? ''
    const unit = '/etc/systemd/system/etcd.service'
    await lab.on(
      2,
      `cp -p ${unit} /root/unit; sed -i s/snapshot-count=50000/snapshot-count=40000/ ${unit}; systemctl daemon-reload`,
    )
    const before = await worldOf(lab, HOSTS)
    const { failure, outputs } = failed(await go(VERSION, { 'expect-plan': digest }))
    expect(failure).toContain('the plan is not the one that expect-plan names')
    expect(failure).toContain('nothing was changed on any host')
    expect(outputs['changed']).toBe('false')
    expect(await worldOf(lab, HOSTS)).toEqual(before)

    await lab.on(2, `mv /root/unit ${unit}; systemctl daemon-reload`)
    const leader = await leaderNow()
    const watched = await watch(addresses, client, () => go(VERSION, { 'expect-plan': digest, soak: '1s' }))
    expectUndisturbed(`${MIDDLE} -> ${VERSION}`, watched)
    expect(watched.result.outputs).toMatchObject({ changed: 'true', version: VERSION })
    expect(await versions()).toEqual([VERSION, VERSION, VERSION])
    expect((await startOrder()).at(-1)).toBe(leader)
    await expectClean()
  })

  test('keep the member that before-member did not let go, and the next run goes on from there', async () => {
    // A raft snapshot soon: 3.6 refuses what /health of 3.4 leaves in the log, as long as no snapshot is newer than that.
    const flags = { 'etcd-args': '--snapshot-count=300' }
    const leader = await leaderNow()
    const [first, second] = HOSTS.filter((host) => host !== leader)
    const processes = await onAll('systemctl show -p MainPID --value etcd')
    const stopped = failed(
      await go(VERSION, { ...flags, 'before-member': `[ "$ETCD_DEPLOY_MEMBER" != ${nameOf(second!)} ]` }),
    )
    expect(stopped.failure).toContain(`${nameOf(second!)}: before-member failed`)
    expect(stopped.failure).toContain(nameOf(first!))
    expect(stopped.outputs['changed']).toBe('true')
    const after = await onAll('systemctl show -p MainPID --value etcd')
    expect(HOSTS.filter((host) => after[host - 1] !== processes[host - 1])).toEqual([first])
    expect(await runningArgv(lab, second!)).toContain('--snapshot-count=50000')

    const watched = await watch(addresses, client, () => go(VERSION, flags))
    expectUndisturbed('a flag, from the second member on', watched)
    expect(watched.result.outputs).toMatchObject({ snapshot: '', 'snapshot-sha256': '' })
    for (const host of HOSTS) expect(await runningArgv(lab, host)).toContain('--snapshot-count=300')
    const last = await onAll('systemctl show -p MainPID --value etcd')
    expect(last[first! - 1]).toBe(after[first! - 1])
    await expectClean()
  })

  test('learn of a second CA, and are left alone when all is as asked', async () => {
    const bundle = [lab.ca.certFile, lab.ca.ecdsaCertFile].map((file) => readFile(file, 'utf8'))
    const more = { 'etcd-args': '--snapshot-count=300', 'ca-cert': (await Promise.all(bundle)).join('') }
    const watched = await watch(addresses, client, () => go(VERSION, more))
    expectUndisturbed('a CA bundle', watched)
    expect(await onAll('grep -c BEGIN /etc/kubernetes/ssl/ca.pem')).toEqual(['2', '2', '2'])
    await expectClean()

    const before = await worldOf(lab, HOSTS)
    const again = await go(VERSION, more)
    passed(again)
    expect(again.outputs).toMatchObject({ changed: 'false', 'max-write-gap-ms': '', snapshot: '' })
    expect(JSON.parse(again.outputs['plan'] ?? '')).toMatchObject({ kind: 'none', steps: [] })
    expect(await worldOf(lab, HOSTS)).toEqual(before)
  })

  test('are upgraded to the newest line where its release can be had', async (context) => {
    const newest = newestIn(lab)
    if (newest === VERSION) return context.skip()
    const watched = await watch(addresses, client, () => go(newest))
    expectUndisturbed(`${VERSION} -> ${newest}, back to one CA and the flags as they were`, watched)
    expect(await versions()).toEqual([newest, newest, newest])
    await expectClean()
  })
})
