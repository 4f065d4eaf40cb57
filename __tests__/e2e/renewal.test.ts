import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { start } from '../../lab/runner.js'
import { downtimes } from '../laws/outside.js'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import { VERSION } from './lab.js'
import { expiredPair } from './openssl.js'
import { failed } from './refusal.js'
import { expectUndisturbed, watch } from './roll-watch.js'
import { passed } from './shape.js'

const HOSTS = [1, 2, 3]
const SSL = '/etc/kubernetes/ssl'
const SERIAL = `sha256sum <${SSL}/etcd.pem`
/** A shell line that returns once this one is true; fails after a minute. */
const until = (line: string): string => `timeout 60 sh -c 'until ${line}; do sleep 0.2; done'`
/** Each host has another process than before. */
const RESTARTED =
  'export old="$(systemctl show -p ExecMainStartTimestampMonotonic etcd)"; systemctl restart --no-block etcd; ' +
  until('[ "$(systemctl show -p ExecMainStartTimestampMonotonic etcd)" != "$old" ]')
/** It has read its pair, and waits for its peers. */
const WAITS_FOR_PEERS = until('ss -Hltn | grep -q ":2380 "')
/** It has ended for its pair. */
const HAS_ENDED = until('systemctl show -P SubState etcd | grep -Eqx "auto-restart|failed"')
const PROCESS = 'systemctl show -p MainPID -p ExecMainStartTimestampMonotonic etcd'

let cluster: AtWork

/** The pair of a host replaced by this one, as etcd's own. */
const place = async (
  host: number,
  pair: { readonly certificate: string; readonly key: string },
): Promise<void> => {
  const coded = (text: string): string => Buffer.from(text).toString('base64')
  await cluster.lab.on(
    host,
    `cd ${SSL} && echo ${coded(pair.key)} | base64 -d >etcd-key.pem && echo ${coded(pair.certificate)} | base64 -d >etcd.pem`,
  )
}

const expectBack = async (processes: readonly string[] | undefined): Promise<void> => {
  await expect.poll(cluster.versions, { timeout: 20_000 }).toEqual([VERSION, VERSION, VERSION])
  if (processes) expect(await cluster.onAll(PROCESS)).toEqual(processes)
  await cluster.expectClean()
}

describe('certificates of three members', () => {
  beforeAll(async () => {
    cluster = await clusterAtWork(HOSTS.length, VERSION)
  })
  afterAll(async () => {
    await cluster?.leave()
  })

  test('are renewed one after the other, the leader last, while others write, and no process is restarted', async () => {
    const processes = await cluster.onAll(PROCESS)
    const before = await cluster.onAll(SERIAL)
    const leader = await cluster.leaderNow()
    const watched = await watch(
      cluster,
      () => cluster.go(VERSION, { 'certificate-sans': 'one.example.com' }),
      { answerMs: 20_000, patienceMs: 20_000 },
    )
    expectUndisturbed('a renewal', watched)
    // Slow ones are waited for: whoever got no answer was refused.
    expect(watched.samples.flatMap(downtimes)).toEqual([])
    const refusals = watched.pinned.flatMap(({ failed }) => failed)
    expect(refusals.filter((why) => /certificate|tls|ssl|ECONN|EPROTO|socket/i.test(why))).toEqual([])
    const after = await cluster.onAll(SERIAL)
    for (const host of HOSTS) expect(after[host - 1]).not.toBe(before[host - 1])
    const renewed = /^renewed: (.*)$/m.exec(watched.result.log)?.[1]?.split(', ') ?? []
    expect([...renewed].sort()).toEqual(HOSTS.map(cluster.name).sort())
    // Nobody keeps another one from leading meanwhile.
    if ((await cluster.leaderNow()) === leader) {
      expect(renewed).toEqual([...HOSTS.filter((host) => host !== leader), leader].map(cluster.name))
    }
    await expectBack(processes)
  })

  test('that have all ended are renewed before any question of quorum, and all members come back without a restart', async () => {
    for (const host of HOSTS) await place(host, await expiredPair(cluster.lab, cluster.addresses[host - 1]!))
    await cluster.onAll(`${RESTARTED}; ${WAITS_FOR_PEERS}`)
    const processes = await cluster.onAll(PROCESS)
    const planned = await cluster.go(VERSION, { operation: 'plan' })
    expect(planned.errors).toEqual([])
    expect(planned.log).toContain(
      'no quorum is there: what else differs is planned once the members above are back',
    )
    passed(await cluster.go(VERSION))
    await expectBack(processes)
  })

  test.each([[[2]], [HOSTS]])(
    'that are no pairs with their keys, on hosts %j, are renewed without a restart',
    async (hosts) => {
      const processes = await cluster.onAll(PROCESS)
      const { key } = await expiredPair(cluster.lab, cluster.addresses[0]!)
      for (const host of hosts) await cluster.lab.on(host, `echo '${key}' >${SSL}/etcd-key.pem`)
      passed(await cluster.go(VERSION))
      await expectBack(processes)
    },
  )

  test('that members ended for are renewed, and the members started', async () => {
    const { key } = await expiredPair(cluster.lab, cluster.addresses[0]!)
    for (const host of HOSTS) await cluster.lab.on(host, `echo '${key}' >${SSL}/etcd-key.pem`)
    await cluster.onAll(`${RESTARTED}; ${HAS_ENDED}`)
    passed(await cluster.go(VERSION))
    await expectBack(undefined)
  })

  test.each([
    ['new certificate staged', 0],
    ['its new certificate is served and taken, confirmed', 0],
    ['its new certificate is served and taken, confirmed', 900],
  ] as const)(
    'are left half-way where the run is killed (%s, and %d ms), and the next run goes on from there',
    async (text, afterMs) => {
      const processes = await cluster.onAll(PROCESS)
      const sans = { 'certificate-sans': `${text.length}-${afterMs}.example.com`, soak: '2s' }
      const started = await start(await cluster.inputs(VERSION, sans), { ...cluster.options, post: false })
      await started.sees(text)
      await sleep(afterMs)
      started.signal('SIGKILL')
      expect((await started.done).signal).toBe('SIGKILL')
      passed(await cluster.go(VERSION, sans))
      const texts = await cluster.onAll(`openssl x509 -in ${SSL}/etcd.pem -noout -ext subjectAltName`)
      for (const text of texts) expect(text).toContain(sans['certificate-sans'])
      // The canary of the run that was killed leaves its key until its lease of a minute is over, which a new leader begins anew.
      await vi.waitFor(() => expectBack(processes), { timeout: 150_000, interval: 1000 })
    },
    300_000,
  )

  test('go back where a peer refuses the first of them, and no other is touched', async () => {
    const [old, young] = await Promise.all(
      [cluster.lab.ca.certFile, cluster.lab.ca.ecdsaCertFile].map((file) => readFile(file, 'utf8')),
    )
    const bundle = { 'ca-cert': `${old}${young}` }
    passed(await cluster.go(VERSION, bundle))
    // Host 3 has the bundle on its disk since before its process began, which has read the old CA alone all the same.
    const ca = `${SSL}/ca.pem`
    await cluster.lab.on(
      3,
      `sed '/END/q' ${ca} >/run/old.pem; mount --bind /run/old.pem ${ca}; systemctl restart etcd; umount ${ca}; systemctl is-active etcd`,
    )
    const processes = await cluster.onAll(PROCESS)
    const before = await cluster.onAll(SERIAL)
    const leader = await cluster.leaderNow()
    const key = { ...bundle, 'ca-key': await readFile(cluster.lab.ca.ecdsaKeyFile, 'utf8') }
    const { failure, log } = failed(await cluster.go(VERSION, key))
    const [first, ...others] = [1, 2].filter((host) =>
      failure.includes(
        `${cluster.name(host)}: its new certificate is refused: a new connection for it as a peer of ${cluster.name(3)} failed`,
      ),
    )
    expect(others).toEqual([])
    // Nobody keeps another one from leading by the time that the run looks.
    expect((await cluster.leaderNow()) === leader ? [leader === 1 ? 2 : 1] : [1, 2]).toContain(first)
    expect(failure).toContain('it was put back and is healthy')
    expect(failure).toMatch(/no certificate was exchanged, not touched: /)
    expect(log).not.toContain('confirmed\n')
    expect(await cluster.onAll(SERIAL)).toEqual(before)
    await expectBack(processes)

    await cluster.lab.on(3, 'systemctl restart etcd')
    passed(await cluster.go(VERSION, key))
    for (const host of HOSTS) expect((await cluster.onAll(SERIAL))[host - 1]).not.toBe(before[host - 1])
  })
})
