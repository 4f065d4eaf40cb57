import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, start } from '../../lab/runner.js'
import { lastStartJournal, serviceJournal } from '../../src/host/service.js'
import { openAll } from '../../src/ssh/open-all.js'
import { desiredOf } from '../etcd/desired.fixture.js'
import { e2eLab, VERSION } from './lab.js'
import { failed, refused } from './refusal.js'
import { makeToolCache, passed } from './shape.js'

/**
 * A member on host 1, and a blank host 2, with two users who are not root: etcd, whose service somebody has taken over, and mallory, who
 * has an account there.
 */
let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>
let changes = 0

const PLACES = {
  'data-dir': '/srv/etcd/data',
  'wal-dir': '/srv/log/wal',
  version: VERSION,
  soak: '0s',
  'allow-downtime': 'true',
}
const inputs = async (host: number, more: Readonly<Record<string, string>> = {}) => ({
  ...(await lab.inputs([host], VERSION)),
  ...PLACES,
  ...more,
})
/** Another one each time: a member that is restarted for it. */
const change = (): Record<string, string> => ({ 'etcd-args': `--snapshot-count=${20_000 + 100 * ++changes}` })
const as = (user: string, line: string, host = 1): Promise<string> =>
  lab.on(host, `setpriv --reuid=${user} --regid=${user} --clear-groups sh -c '${line}'`)
const started = (): Promise<string> => lab.on(1, 'systemctl show -p ExecMainStartTimestampMonotonic etcd')
/** Runs until the test is over. */
const keepAs = (user: string, name: string, line: string): Promise<string> =>
  lab.on(
    1,
    `systemd-run --quiet --uid=${user} --unit=${name} sh -c '${line}; touch /tmp/${name}; exec sleep 1000'`,
  )
const until = (line: string, timeout = 60_000): Promise<void> =>
  expect.poll(() => lab.on(1, `${line} && echo yes || true`), { timeout, interval: 200 }).toContain('yes')
const bothRefused = async (host: number, more: Readonly<Record<string, string>>): Promise<string> => {
  const deploy = await refused(lab, await inputs(host, more), [1, 2])
  const plan = await run(await inputs(host, { ...more, operation: 'plan' }), cache.options)
  expect([plan.exitCode, plan.outputs['failure']]).toEqual([1, deploy.failure])
  return deploy.failure
}

beforeAll(async () => {
  lab = await e2eLab()
  await lab.command('reset', 'all')
  cache = await makeToolCache()
  for (const host of [1, 2]) await lab.on(host, 'id mallory 2>/dev/null || useradd --system mallory')
  passed(await run(await inputs(1), cache.options))
})
afterAll(async () => {
  await lab?.on(1, 'systemctl stop lock-run lock-state 2>/dev/null; userdel mallory; true')
  await lab?.on(2, 'userdel mallory; true')
  await cache?.remove()
})

test('etcd cannot exchange its own directories, and where it could they are refused before any connection', async () => {
  await expect(as('etcd', 'mv /srv/etcd/data /srv/etcd/away')).rejects.toThrow(/Permission denied/)
  await expect(as('etcd', 'ln -s /etc/systemd/system /srv/log/planted')).rejects.toThrow(/Permission denied/)
  const nested = await inputs(1, {
    'wal-dir': '/srv/etcd/data/wal',
    'ssh-known-hosts': 'nobody ssh-ed25519 AAAA',
  })
  expect(failed(await run(nested, cache.options)).failure).toContain(
    'wal-dir "/srv/etcd/data/wal" lies inside data-dir, where the service user could put a link in its place',
  )
})

test('a bootstrap does not give a directory of the system to etcd by way of a link that etcd has planted', async () => {
  await lab.on(2, 'id etcd 2>/dev/null || useradd --system --user-group etcd; mkdir -p /srv/etcd /srv/log')
  await lab.on(2, 'chown etcd: /srv/etcd; chgrp mallory /srv/log; chmod 775 /srv/log')
  await as('etcd', 'ln -s /etc/systemd/system /srv/etcd/data', 2)
  await as('mallory', 'ln -s /etc/ssh /srv/log/wal', 2)
  const failure = await bothRefused(2, {})
  expect(failure).toContain(
    '/srv/etcd, on the way to data-dir /srv/etcd/data, is drwxr-xr-x, owner etcd: others than root could put a link there',
  )
  expect(failure).toContain('/srv/log, on the way to wal-dir /srv/log/wal, is drwxrwxr-x, owner root')
})

test('a running member is not rolled by ways that others can change, and what is advised does it no harm', async () => {
  const before = await started()
  await lab.on(
    1,
    'chown etcd: /srv/etcd; chmod 1777 /srv/log; chgrp mallory /opt/kube; chmod 2775 /opt/kube; chown mallory /etc/kubernetes/ssl; ' +
      'chown mallory /var/lib/etcd-deploy; mkdir -p /var/backups/etcd; chown mallory /var/backups/etcd; ' +
      'mkdir /home/mallory; chown mallory /home/mallory',
  )
  await as('mallory', 'ln -s /etc/systemd/system /var/backups/etcd/.etcd-deploy-snapshot-1')
  const more = { ...change(), snapshot: 'always' }
  const failure = await bothRefused(1, more)
  for (const said of [
    '/srv/etcd, on the way to data-dir /srv/etcd/data, is drwxr-xr-x, owner etcd',
    '/srv/log, on the way to wal-dir /srv/log/wal, is drwxrwxrwt, owner root',
    '/opt/kube, on the way to bin-dir /opt/kube/bin, is drwxrwsr-x, owner root',
    'ca-dir /etc/kubernetes/ssl is drwxr-xr-x, owner mallory',
    '/var/lib/etcd-deploy, on the way to the directory of our own notes, is',
    'snapshot-dir /var/backups/etcd is drwxr-xr-x, owner mallory',
  ])
    expect(failure).toContain(said)
  const advised = [...failure.matchAll(/chmod a\+x,go-w (\S+) && chown root \1/g)].map(([line]) => line)
  expect(advised).toHaveLength(5)
  for (const line of advised) await lab.on(1, line)
  // A directory for everybody has no such way out.
  await lab.on(1, 'chmod 755 /srv/log')
  expect(await started()).toBe(before)
  passed(await run(await inputs(1, more), cache.options))
  expect(await lab.on(1, 'stat -c "%a %U" /etc/systemd/system; ls /etc/systemd/system/etcd.service')).toBe(
    '755 root\n/etc/systemd/system/etcd.service\n',
  )
})

test('no local user holds up a roll, or a revert, which does not give up', async () => {
  // As an earlier version leaves it, and as somebody has opened it since.
  await lab.on(
    1,
    'rm -f /run/etcd-deploy-etcd.lock; touch /run/etcd-deploy-etcd.lock; chmod 644 /run/etcd-deploy-etcd.lock; ' +
      'chmod 755 /var/lib/etcd-deploy /var/lib/etcd-deploy/etcd; rm -f /tmp/lock-run /tmp/lock-state',
  )
  await keepAs('mallory', 'lock-run', 'exec 9</run/etcd-deploy-etcd.lock; flock 9')
  await keepAs('mallory', 'lock-state', 'exec 9</var/lib/etcd-deploy/etcd; flock 9')
  await until('[ -e /tmp/lock-run ] && [ -e /tmp/lock-state ]')
  passed(await run(await inputs(1, change()), cache.options))
  expect(
    await lab.on(
      1,
      'stat -c %a /run/etcd-deploy /run/etcd-deploy/etcd.lock /run/etcd-deploy-etcd.lock /var/lib/etcd-deploy /var/lib/etcd-deploy/etcd',
    ),
  ).toBe('700\n600\n600\n700\n700\n')

  const text = await lab.on(1, 'cat /etc/systemd/system/etcd.service')
  const dying = await start(await inputs(1, { ...change(), soak: '10m' }), { ...cache.options, post: false })
  await until(
    '[ -e /var/lib/etcd-deploy/etcd/previous/swapped ] && [ ! -e /etc/kubernetes/ssl/.etcd.pem.etcd-deploy-roll ]',
  )
  await sleep(1000)
  dying.signal('SIGKILL')
  await dying.done.catch(() => undefined)
  // What it cannot put back for now: a directory is in the way.
  await lab.on(1, 'cd /etc/kubernetes/ssl && mv ca.pem /root/ca.pem && mkdir ca.pem')
  await lab.on(1, '! systemctl start etcd-deploy-revert-etcd')
  await until('systemctl is-active --quiet etcd-deploy-revert-etcd-again')
  expect(await lab.on(1, 'ls /var/lib/etcd-deploy/etcd')).toContain('previous')
  await lab.on(1, 'cd /etc/kubernetes/ssl && rmdir ca.pem')
  await until('[ ! -e /var/lib/etcd-deploy/etcd/previous ] && systemctl is-active --quiet etcd')
  expect(await lab.on(1, 'cat /etc/systemd/system/etcd.service')).toBe(text)
  await until('! systemctl is-active --quiet etcd-deploy-revert-etcd-again')
  passed(await run(await inputs(1, { operation: 'health' }), cache.options))
})

test('no local user puts words into the mouth of etcd or of systemd', async () => {
  const id = (await lab.on(1, 'systemctl show -p InvocationID --value etcd')).trim()
  const pid = (await lab.on(1, 'systemctl show -p MainPID --value etcd')).trim()
  const forged = [
    `INVOCATION_ID=${id}`,
    'UNIT=etcd.service',
    `_SYSTEMD_INVOCATION_ID=${id}`,
    '_SYSTEMD_UNIT=etcd.service',
    '_PID=1',
    '_UID=0',
    `OBJECT_PID=${pid}`,
    'COREDUMP_UNIT=etcd.service',
    'SYSLOG_IDENTIFIER=systemd',
    'MESSAGE=etcd.service: Main process exited, code=exited, status=1/FORGED',
  ]
  await lab.on(
    1,
    `printf '%s\\n' ${forged.map((field) => `'${field}'`).join(' ')} >/tmp/forged; chmod 644 /tmp/forged`,
  )
  await as('mallory', 'logger --journald=/tmp/forged')
  await as(
    'mallory',
    'echo FORGED | systemd-cat -t etcd; logger -t systemd FORGED; logger -t etcd --id=1 FORGED',
  )
  const [session] = await openAll([desiredOf({ addresses: [lab.hosts[0]!.address] }).members[0]!], {
    auth: { privateKey: await readFile(lab.ssh.keyFile, 'utf8') },
    knownHosts: await readFile(lab.ssh.knownHostsFile, 'utf8'),
    hostKeyChecking: 'strict',
    jumps: [],
  })
  try {
    // They are in the journal.
    await expect
      .poll(() => lab.on(1, 'journalctl --sync; journalctl -b _UID=$(id -u mallory) -o cat'))
      .toContain('1/FORGED')
    expect(await lab.on(1, `journalctl -b INVOCATION_ID=${id} -o cat`)).toContain('1/FORGED')
    for (const shown of [
      await lastStartJournal(session!, 'etcd'),
      await serviceJournal(session!, 'etcd', 200),
    ]) {
      expect(shown).toContain('ready to serve')
      expect(shown).toContain('systemd[1]')
      expect(shown).not.toContain('FORGED')
    }
  } finally {
    await session!.close()
  }
})
