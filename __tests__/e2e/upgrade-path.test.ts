import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { e2eLab, newestIn, OLD, SOUND, VERSION } from './lab.js'
import { failed, refused } from './refusal.js'
import { etcdctl, HOSTS, mainPids, servesOn } from './roll-faults.js'
import { makeToolCache, passed, shownLog } from './shape.js'

/** What is served is then seen in a handshake that ends with an error: members ask for a certificate before it is done. */
const TLS12 = { 'etcd-args': '--tls-max-version=TLS1.2' }

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>

const inputsFor = async (
  version: string,
  more: Readonly<Record<string, string>>,
  hosts: readonly number[],
) => ({
  ...(await lab.inputs(hosts, version)),
  ...{ soak: '0s', 'health-timeout': '30s' },
  ...more,
})
const go = async (
  version: string,
  more: Readonly<Record<string, string>> = {},
  hosts: readonly number[] = HOSTS,
): Promise<RunResult> => run(await inputsFor(version, more, hosts), cache.options)
const refuses = async (version: string, more: Readonly<Record<string, string>> = {}, hosts = HOSTS) =>
  (await refused(lab, await inputsFor(version, more, hosts), hosts)).failure
const onAll = (line: string): Promise<readonly string[]> =>
  Promise.all(HOSTS.map((host) => lab.on(host, line)))
/** etcdctl's own status of each member, from the first host. */
const statuses = async (): Promise<readonly Record<string, unknown>[]> =>
  Promise.all(
    HOSTS.map(async (host) => {
      const [row] = JSON.parse(await lab.on(1, `${etcdctl(lab, host)} endpoint status -w json`)) as [
        { Status: Record<string, unknown> },
      ]
      return row.Status
    }),
  )
/** As monitoring would: /health of the metrics port, as often as `times`. */
const pollHealth = (host: number, times: number): Promise<string> =>
  lab.on(
    host,
    `bash -c 'for i in $(seq ${times}); do exec 3<>/dev/tcp/127.0.0.1/2381; printf "GET /health HTTP/1.0\\r\\n\\r\\n" >&3; grep -q true <&3 || exit 1; exec 3>&-; done'`,
  )

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
})
afterAll(() => cache?.remove())

describe('a cluster of three, from 3.4 on', () => {
  beforeAll(async () => {
    await lab.command('reset', 'all')
    passed(await go(OLD))
    await lab.on(1, `${etcdctl(lab, 1)} put kept 'since before'`)
  })

  test('is not taken to 3.5 with authentication switched on, and is once it is off; users stay', async () => {
    const at = etcdctl(lab, 1)
    await lab.on(
      1,
      `for user in root etcd; do ${at} user add $user:pw; ${at} user grant-role $user root; done; ${at} auth enable`,
    )
    const failure = await refuses(VERSION)
    expect(failure).toContain('authentication is switched on')
    expect(failure).toContain('etcdctl auth disable')
    expect(failure).toContain('nothing was changed on any host')

    await lab.on(1, `${at} auth disable`)
    passed(await go(VERSION, TLS12))
    await lab.on(1, `${at} auth enable`)
    await servesOn(lab, HOSTS)
    expect(await lab.on(1, `${at} user list`)).toBe('etcd\nroot\n')
    await lab.on(1, `${at} auth disable`)
  })

  test('stays as it is where its etcd does not know a flag, or cannot read its value', async () => {
    const before = await mainPids(lab)
    const goWith = async (flag: string) =>
      failed(await go(VERSION, { 'etcd-args': `${TLS12['etcd-args']}\n${flag}` })).failure
    expect(await goWith('--no-such-flag=1')).toContain(
      'etcd-args "--no-such-flag" is no flag of etcd 3.5, nor of any other minor that this action knows',
    )
    const failure = await goWith('--max-wals=many')
    expect(failure).toContain(
      `etcd ${VERSION} does not take the flags that it is to be started with: invalid value "many" for flag --max-wals: parse error`,
    )
    expect(failure).toContain('no member was restarted')
    expect(await mainPids(lab)).toEqual(before)
    expect(await onAll('ls -A /var/lib/etcd-deploy/etcd/next 2>/dev/null || true')).toEqual(['', '', ''])
    expect(await onAll('grep -c such-flag /etc/systemd/system/etcd.service || true')).toEqual([
      '0\n',
      '0\n',
      '0\n',
    ])
  })

  test('gets a new pair, without a restart, where a key does not belong to its certificate any more', async () => {
    const before = await mainPids(lab)
    const key = '/etc/kubernetes/ssl/etcd-key.pem'
    await lab.on(2, `openssl genrsa -out /root/key 2048 2>/dev/null && cat /root/key >${key} && rm /root/key`)
    const result = await go(VERSION, TLS12)
    passed(result)
    expect(result.log).toContain(`${lab.hosts[1]!.address}:2379 breaks every TLS handshake off`)
    expect(result.outputs['plan-summary']).toMatch(/renew the certificate of 1 member, without a restart/)
    expect(await mainPids(lab)).toEqual(before)
    await servesOn(lab, HOSTS)
  })

  test('goes on to 3.6 at once, though nothing was written meanwhile', async (context) => {
    const newest = newestIn(lab)
    if (newest === VERSION) return context.skip()
    const planned = await go(newest, { operation: 'plan' })
    expect(planned.log).toContain(
      'no data of the v2 API in the store, but whether the log holds a request of it',
    )
    passed(await go(newest))
    expect((await statuses()).map(({ version }) => version)).toEqual(HOSTS.map(() => newest))
    // The release before stays, in case; the one before that goes.
    const stores = await onAll('ls /opt/kube/bin/.etcd | cut -d- -f1 | tr "\\n" " "')
    expect(stores).toEqual(HOSTS.map(() => `v${VERSION} v${newest} `))
    await servesOn(lab, HOSTS)
  })

  test('goes back to 3.5 once etcd was told to, and not before', async (context) => {
    const newest = newestIn(lab)
    if (newest === VERSION) return context.skip()
    const failure = await refuses(VERSION)
    expect(failure).toContain('the data of 3.6 cannot be read by 3.5 until etcd was told to go back')
    expect(failure).toContain('etcdctl downgrade enable 3.5')

    const at = etcdctl(lab, 1)
    await lab.on(1, `${at} downgrade validate 3.5 && ${at} downgrade enable 3.5`)
    const ready = async () =>
      (await statuses()).filter(({ storageVersion }) => storageVersion === '3.5.0').length
    await expect.poll(ready, { timeout: 30_000 }).toBe(3)
    expect(await refuses(newest, { 'etcd-args': '--max-wals=4' })).toMatch(
      /told to go back to 3\.5, .* \(run etcdctl downgrade cancel, or set version to a release of 3\.5/,
    )
    const result = await go(VERSION)
    passed(result)
    expect(result.log).toContain('the cluster was told to go back to 3.5, and its data is ready for it')
    expect((await statuses()).map(({ version }) => version)).toEqual(HOSTS.map(() => VERSION))
    await servesOn(lab, HOSTS)
  })
})

describe('a member alone', () => {
  const ALONE = [4]
  const alone = { 'allow-downtime': 'true' }

  test('is not taken to 3.6 with what /health of 3.4 left in its log, and is once a raft snapshot is newer', async (context) => {
    const newest = newestIn(lab)
    if (newest === VERSION || lab.mirror.archives[SOUND] === undefined) return context.skip()
    await lab.command('reset', '4')
    passed(await go(OLD, {}, ALONE))
    await pollHealth(4, 3)
    expect(await refuses(SOUND, {}, ALONE)).toMatch(/has to be restarted, and with 1 voter that stops writes/)
    passed(await go(SOUND, alone, ALONE))

    const failure = await refuses(newest, alone, ALONE)
    expect(failure).toContain('holds data of the v2 API, on which etcd 3.6 does not start')
    expect(failure).toContain('detected custom v2 content in WAL records')
    expect(failure).toContain('etcd-args: --snapshot-count=1')

    passed(await go(SOUND, { ...alone, 'etcd-args': '--snapshot-count=1' }, ALONE))
    const result = await go(newest, alone, ALONE)
    passed(result)
    expect(shownLog(result)).toMatch(
      /1 voter, quorum 1: writes stop once, for .* up to 30\.0 s \(health-timeout\)/,
    )
    expect(result.log).not.toContain('v2 API')
  })
})
