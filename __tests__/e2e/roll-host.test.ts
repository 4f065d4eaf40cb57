import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import type { RollWorld } from '../../src/apply/engine/port.js'
import { lastWords } from '../../src/etcd/last-words.js'
import { changeState } from '../host/change-state.js'
import { lastStartJournal } from '../../src/host/service.js'
import { stageNext } from '../../src/host/staging.js'
import type { HostSession } from '../../src/ssh/port.js'
import { VERSION } from './lab.js'
import { DEPLOYED as OLD, threeMembers, type ThreeMembers } from './three-members.js'

const HOSTS = [1, 2, 3]

let members: ThreeMembers
let lab: Lab
let sessions: HostSession[]
let world: RollWorld

const use = (now: HostSession[]): void => {
  sessions = now
  world = members.worldOver(now)
}
const name = (host: number): string => members.desired.members[host - 1]!.name
const session = (host: number): HostSession => sessions[host - 1]!
const stage = (host: number): Promise<void> =>
  stageNext(session(host), members.desired.layout, { release: { version: VERSION, sha256: members.sha256 } })
const versions = async (): Promise<readonly (string | undefined)[]> =>
  (await world.look()).members.map(({ ready, status }) => (ready ? status?.version : undefined))
/** Looks until the members serve these versions; fails after the time, with what was seen last. */
const untilServing = async (wanted: readonly (string | undefined)[], withinMs: number): Promise<void> => {
  let seen = await versions()
  for (const end = Date.now() + withinMs; seen.join() !== wanted.join() && Date.now() < end;) {
    await sleep(150)
    seen = await versions()
  }
  expect(seen).toEqual(wanted)
}
const traces = (host: number): Promise<string> =>
  lab.on(
    host,
    'ls -A /var/lib/etcd-deploy/etcd; ls -A /etc/systemd/system /etc/systemd/system/multi-user.target.wants /etc/kubernetes/ssl | grep -i deploy; systemctl list-units --all --no-legend "etcd-deploy*"; true',
  )
const dataBefore = (host: number): Promise<string> => lab.on(host, 'stat -c %i /var/lib/etcd/member/wal')

/** What the hosts do by themselves, tried on the three members of a real cluster. */
describe('a member in the middle of a change', () => {
  beforeAll(async () => {
    members = await threeMembers()
    lab = members.lab
    use(await members.connect(HOSTS))
  })
  afterAll(async () => {
    await Promise.all((sessions ?? []).map((open) => open.close()))
  })

  // journald does not know of every process that ends at once which start of the service it was.
  test('is heard to the last word, however short it lived', async () => {
    const unit = `[Service]\nType=notify\nExecStart=/bin/sh -c 'echo "$(date +%%N) is not what I want" >&2; exit 3'`
    await lab.on(1, `cat >/etc/systemd/system/lab-short.service <<'U'\n${unit}\nU\nsystemctl daemon-reload`)
    for (let start = 1; start <= 20; start++) {
      await lab.on(1, 'systemctl reset-failed lab-short 2>/dev/null; systemctl start lab-short || true')
      const journal = await lastStartJournal(session(1), 'lab-short')
      expect(lastWords(journal), `${start}: ${journal}`).toEqual({
        ended: 'exited with status 3',
        said: expect.stringMatching(/^\d+ is not what I want$/) as string,
      })
    }
  })

  test('is seen as it is, quickly', async () => {
    await world.look()
    const began = performance.now()
    const view = await world.look()
    console.log(`a look at three members took ${Math.round(performance.now() - began)} ms`)
    expect(view.members.map((member) => member.name)).toEqual(HOSTS.map(name))
    for (const member of view.members) {
      expect(member).toMatchObject({
        activeState: 'active',
        subState: 'running',
        ready: true,
        armed: false,
        reason: '',
      })
      expect(member.mainPid).toBeGreaterThan(1)
      expect(member.status?.version).toBe(OLD)
    }
    expect(view.listed?.map((member) => member.name).sort()).toEqual(HOSTS.map(name).sort())
    expect(view.alarms).toEqual([])
    expect(view.clusterVersion).toBe('3.5.0')
  })

  test('hashes alike on all, and hands over the leadership when asked', async () => {
    const hashes = await world.hashKv()
    expect(hashes.map(({ member }) => member)).toEqual(HOSTS.map(name))
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(1)
    expect(hashes[0]?.hash).toMatch(/^[1-9]\d+$/)

    const view = await world.look()
    const leader = view.members.find(({ status }) => status?.leader === status?.memberId)!
    const other = view.members.find((member) => member !== leader)!
    await world.moveLeader(leader.name, other.name)
    await world.moveLeader(leader.name, other.name)
    const after = await world.look()
    expect(after.members.map(({ status }) => status?.leader)).toEqual(HOSTS.map(() => other.status?.memberId))
    await expect(world.moveLeader(leader.name, leader.name)).rejects.toThrow(/cannot move the leadership to/)
  })

  test('goes back by itself when its run died, and nobody but root could see the key meanwhile', async () => {
    const wal = await dataBefore(1)
    const key = await lab.on(1, 'cat /etc/kubernetes/ssl/etcd-key.pem')
    const [own] = await members.connect([1])
    const dying = members.worldOver([own!])
    await stageNext(own!, members.desired.layout, {
      release: { version: VERSION, sha256: members.sha256 },
      pair: {
        certificatePem: await lab.on(1, 'cat /etc/kubernetes/ssl/etcd.pem'),
        privateKeyPem: () => key,
      },
    })
    const watching = lab.on(
      1,
      `for i in $(seq 400); do find /var/lib/etcd-deploy /etc/kubernetes/ssl -name '*key*' -perm /077; sleep 0.01; done 2>/dev/null | sort -u`,
    )
    await dying.arm(name(1), 6)
    await dying.swap(name(1))
    await dying.restart(name(1))
    // The session is lost, not closed by us.
    await lab.on(1, `pkill -KILL -f 'sshd: root@[n]otty'; true`)
    use(await members.connect(HOSTS))
    await untilServing([VERSION, OLD, OLD], 5000)
    expect((await world.look()).members[0]?.armed).toBe(true)
    await sleep(2500)
    await untilServing([OLD, OLD, OLD], 10_000)
    expect(await watching).toBe('')
    expect((await world.look()).members[0]?.armed).toBe(false)
    await expect.poll(() => traces(1), { timeout: 5000 }).toBe('outcome\n')
    expect(await dataBefore(1)).toBe(wal)
    expect(await lab.on(1, 'journalctl -q -t etcd-deploy -o cat')).toContain(
      'the change of etcd was not confirmed: what was here before is back, and the service restarts',
    )
    expect(await world.disarm(name(1))).toBe('reverted')
  })

  test('stays changed once it is confirmed, and the host tells who did it', async () => {
    await stage(1)
    await world.audit(name(1), `${OLD} -> ${VERSION}: restarting`)
    await world.arm(name(1), 5)
    await world.swap(name(1))
    await world.restart(name(1))
    await untilServing([VERSION, OLD, OLD], 4000)
    expect(await world.disarm(name(1))).toBe('confirmed')
    expect(await world.disarm(name(1))).toBe('confirmed')
    await expect(world.revert(name(1))).rejects.toThrow(/it was confirmed before/)
    await expect.poll(() => traces(1), { timeout: 5000 }).toBe('outcome\n')
    expect(await lab.on(1, 'journalctl -q -t etcd-deploy -o cat')).toContain(
      `${name(1)}: ${OLD} -> ${VERSION}: restarting run=https://ci.test/run/7 actor=octocat`,
    )
  })

  test('goes back at once when asked, twice, and when timer and run come together', async () => {
    await stage(2)
    await world.arm(name(2), 60)
    await world.swap(name(2))
    await world.restart(name(2))
    await untilServing([VERSION, VERSION, OLD], 10_000)
    await world.revert(name(2))
    const after = (await world.look()).members[1]
    expect(['activating', 'active']).toContain(after?.activeState)
    expect([undefined, OLD]).toContain(after?.status?.version)
    await untilServing([VERSION, OLD, OLD], 10_000)
    const { mainPid } = (await world.look()).members[1]!
    await world.revert(name(2))
    expect((await world.look()).members[1]?.mainPid).toBe(mainPid)

    await stage(2)
    await world.arm(name(2), 2)
    await world.swap(name(2))
    await world.restart(name(2))
    await sleep(900)
    await Promise.all([world.revert(name(2)), world.revert(name(2))])
    await untilServing([VERSION, OLD, OLD], 10_000)
    await expect.poll(() => traces(2), { timeout: 5000 }).toBe('outcome\n')
    expect(await lab.on(2, `journalctl -q -t etcd-deploy -o cat | grep -c 'was not confirmed'`)).toBe('2\n')
  })

  test('is not restarted where it never saw the change', async () => {
    await stage(3)
    const { mainPid } = (await world.look()).members[2]!
    await world.arm(name(3), 60)
    await world.swap(name(3))
    await world.revert(name(3))
    expect((await world.look()).members[2]?.mainPid).toBe(mainPid)
    expect(await lab.on(3, 'readlink /opt/kube/bin/etcd')).toContain(OLD)
  })

  test('is back before its etcd starts where the host lost power with the change unconfirmed', async () => {
    await stage(3)
    await world.arm(name(3), 300)
    await world.swap(name(3))
    await lab.command('kill', '3')
    const down = [VERSION, OLD, undefined]
    await untilServing(down, 10_000)
    expect((await world.look()).listed).toHaveLength(3)
    await lab.command('boot', '3')
    use([session(1), session(2), ...(await members.connect([3]))])
    await untilServing([VERSION, OLD, OLD], 15_000)
    expect(await changeState(session(3), members.desired.layout)).toBe('reverted')
    await expect.poll(() => traces(3), { timeout: 5000 }).toBe('outcome\n')
  })
})
