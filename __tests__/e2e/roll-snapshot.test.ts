import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { takeSnapshot } from '../../src/apply/snapshot.js'
import { certificatePaths } from '../../src/cluster/places.js'
import { fetchFile } from '../../src/host/fetch-file.js'
import { accessOf } from '../../src/observe/cluster.js'
import { threeMembers } from './three-members.js'

describe('a member before a roll', () => {
  test('leaves a checked snapshot on its host, keeps as many as asked, and needs room for it', async () => {
    const { lab, desired, connect, worldOver } = await threeMembers()
    const [session] = await connect([1])
    const { ca, certificate, key } = certificatePaths(desired.layout)
    const tls = `--cacert=${ca} --cert=${certificate} --key=${key}`
    await lab.on(1, `/opt/kube/bin/etcdctl --endpoints=${desired.members[0]!.clientUrl} ${tls} put a b`)
    const status = (await worldOver([session!]).look()).members[0]!.status!
    const { binDir } = desired.layout
    const access = accessOf(desired, desired.members[0]!.clientUrl)
    const source = { session: session!, access, binDir, status }
    const policy = { dir: '/var/backups/etcd', keep: 2 }
    await lab.on(1, 'mkdir -p -m 0700 /var/backups/etcd; touch /var/backups/etcd/mine.db')
    const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
    const first = await takeSnapshot(source, policy, at(1))
    expect(first).toMatchObject({ member: desired.members[0]!.name, revision: status.revision })
    expect(first.path).toBe(
      `/var/backups/etcd/etcd-${status.clusterId}-20260101T000001Z-rev${first.revision}.db`,
    )
    expect(await lab.on(1, `sha256sum <${first.path} | cut -c1-64; stat -c '%s %a %U' ${first.path}`)).toBe(
      `${first.sha256}\n${first.size} 600 root\n`,
    )
    await takeSnapshot(source, policy, at(2))
    const third = await takeSnapshot(source, policy, at(3))
    expect((await lab.on(1, 'ls -A /var/backups/etcd')).trim().split('\n')).toEqual([
      expect.stringContaining('000002Z'),
      expect.stringContaining('000003Z'),
      'mine.db',
    ])

    const folder = await mkdtemp(join(tmpdir(), 'snapshot-'))
    const to = join(folder, 'copy.db')
    await fetchFile(session!, { ...third, to })
    expect(execFileSync('sha256sum', [to], { encoding: 'utf8' })).toContain(third.sha256)
    await rm(folder, { recursive: true })

    await lab.command('tmpfs', '1', '/var/small', '16M')
    await expect(takeSnapshot(source, { dir: '/var/small', keep: 1 }, at(4))).rejects.toThrow(
      /cannot take a snapshot: \/var\/small has 1\d\.\d MiB free, the snapshot needs \d+\.\d MiB; no member was touched/,
    )
    await session!.close()
  })
})
