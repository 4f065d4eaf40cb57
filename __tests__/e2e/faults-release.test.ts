import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, start } from '../../lab/runner.js'
import { sha256OfFile } from '../../src/runner/digest.js'
import { e2eLab, VERSION } from './lab.js'
import { type Mirror, serveArchive } from './mirror.js'
import { failed, refused, tracesOf } from './refusal.js'

/** Nobody has pinned it. */
const NO_RELEASE = '3.5.99'

describe('releases that cannot be had or are not what they should be', () => {
  let lab: Lab
  let folder: string
  let where: (host: number) => string
  /** Inputs for a cluster of one on that host, downloading anew. */
  let alone: (host: number, more: Record<string, string>) => Promise<Record<string, string>>
  /** A mirror of our own, where a test says what SHA256SUMS holds. */
  let mirror: Mirror

  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-release-'))
    mirror = await serveArchive(lab.mirror.archives[VERSION]?.file ?? '', VERSION, NO_RELEASE)
    where = (host) => `etcd-${lab.hosts[host - 1]?.address}`
    alone = async (host, more) => ({ ...(await lab.inputs([host], VERSION)), ...more })
  })
  afterAll(async () => {
    mirror.close()
    await rm(folder, { recursive: true })
  })

  const fresh = { env: { RUNNER_TOOL_CACHE: '' } }

  test('a mirror that answers 404, 500, half a file, or nothing after a while changes no host; one that stumbles is asked again', async () => {
    const before = await tracesOf(lab, [1, 2, 3, 5])
    const from = (host: number, fault: string): Promise<Record<string, string>> =>
      alone(host, { 'download-base-url': `${lab.mirror.url}/${fault}` })
    const stalled = await start(await from(5, 'slow'), fresh)
    const [missing, broken, truncated, flaky] = await Promise.all([
      from(1, '404').then((inputs) => run(inputs, fresh)),
      from(2, '500').then((inputs) => run(inputs, fresh)),
      from(3, 'truncate').then((inputs) => run(inputs, fresh)),
      from(4, 'flaky').then((inputs) => run(inputs, fresh)),
      // It would go on for two minutes, and then say what the others say.
      stalled.sees('no data for 20000 ms').then(() => stalled.signal('SIGKILL')),
    ])
    await stalled.done
    expect(await tracesOf(lab, [1, 2, 3, 5])).toEqual(before)

    for (const result of [missing, broken, truncated]) {
      const { failure, outputs } = failed(result)
      expect(outputs['changed']).toBe('false')
      expect(failure).toMatch(
        new RegExp(
          `^cannot download ${lab.mirror.url}/(404|500|truncate)/v${VERSION}/etcd-v${VERSION}-linux-`,
        ),
      )
      expect(failure).toContain('nothing was changed on any host')
    }
    expect(missing.outputs['failure']).toContain('the server answers 404')
    expect(missing.outputs['failure']).toContain(`check that etcd ${VERSION} exists for`)
    expect(broken.outputs['failure']).toContain('the server answers 500 (tried 5 times)')
    expect(truncated.outputs['failure']).toMatch(
      /the connection ended after \d+ of \d+ bytes \(tried 5 times\)/,
    )
    expect(flaky.log.match(/the server answers 500\); next try in/g)).toHaveLength(2)
    expect(flaky.errors).toEqual([])
    expect(flaky.outputs['healthy']).toBe('true')
    expect(stalled.log()).toMatch(/Downloading \S+ failed \(no data for 20000 ms\); next try in/)
  })

  test('an archive with another digest than asked for, pinned or listed is not used', async () => {
    const archive = lab.mirror.archives[VERSION]?.file ?? ''
    const digest = await sha256OfFile(archive)
    const wrong = 'f'.repeat(64)
    const said = await refused(lab, await alone(1, { 'archive-sha256': wrong }), [1])
    expect(said.failure).toContain('is not the release it should be')
    expect(said.failure).toContain(`its SHA-256 is ${digest}, expected was ${wrong} (archive-sha256)`)
    expect(said.failure).toContain('nothing was changed on any host')

    const page = join(folder, 'page.tar.gz')
    await writeFile(page, '<!DOCTYPE html><title>Please log in</title>')
    const asPage = await refused(lab, await alone(1, { archive: page }), [1])
    expect(asPage.failure).toContain('it is a web page, not a .tar.gz archive')

    mirror.sums(wrong)
    const unpinned = { 'archive-sha256': '', version: NO_RELEASE, 'download-base-url': mirror.url }
    const listed = await refused(lab, await alone(1, unpinned), [1])
    expect(listed.failure).toContain(`expected was ${wrong} (${mirror.url}/v${NO_RELEASE}/SHA256SUMS)`)
    expect(listed.warnings.join()).toContain(`No digest is pinned for etcd ${NO_RELEASE}`)
    expect(listed.warnings.join()).toContain('not a forged release')
  })

  test('an archive that cannot be unpacked, run or is of another version leaves no trace of itself, and the right one then does', async () => {
    const digest = await sha256OfFile(lab.mirror.archives[VERSION]?.file ?? '')
    mirror.sums(digest)
    const foreign = await repacked(lab, folder, 'foreign', async (etcd) => {
      const file = await open(etcd, 'r+')
      // e_machine of the ELF header: 0xf3 is RISC-V, which has no release of etcd.
      await file.write(Buffer.from([0xf3, 0]), 0, 2, 18)
      await file.close()
    })
    const corrupt = await repacked(lab, folder, 'corrupt', async (etcd) => {
      const { size } = await stat(etcd)
      const file = await open(etcd, 'r+')
      // The header is right, and the code is not.
      await file.write(Buffer.alloc(1 << 20, 0xff), 0, Math.min(1 << 20, size - 4096), 4096)
      await file.close()
    })
    await lab.command('reset', '4')
    // Room enough, as far as bytes go: that it is not is seen before anything is sent.
    await lab.on(
      2,
      'mkdir -p /opt/kube /run/lab && mount -t tmpfs -o size=400M,nr_inodes=7 lab /opt/kube && echo /opt/kube >>/run/lab/mounts',
    )
    const [full, alien, broken, other] = await Promise.all([
      run(await alone(2, {})),
      run(await alone(3, foreign)),
      run(await alone(4, corrupt)),
      run(
        await alone(5, { 'archive-sha256': '', version: NO_RELEASE, 'download-base-url': mirror.url }),
        fresh,
      ),
    ])
    expect(failed(full).failure).toMatch(/\/opt\/kube\/bin has \d inodes free, and 16 are needed/)
    expect(await lab.on(2, 'ls -A /opt/kube')).toBe('')
    for (const [host, result] of [alien, broken, other].entries()) {
      const { failure } = failed(result)
      expect(failure).toMatch(new RegExp(`^${where(host + 3)} .*: cannot install etcd`))
      expect(failure).toContain('no member was started by this run')
    }
    expect(alien.outputs['failure']).toMatch(/its etcd is built for riscv64, and this host is \w+; /)
    expect(broken.outputs['failure']).toContain('its etcd does not run on this host')
    expect(other.outputs['failure']).toContain(
      `the archive holds another version: it prints 'etcd Version: ${VERSION}', asked for ${NO_RELEASE}`,
    )
    for (const host of [3, 4, 5]) {
      const left = await lab.on(
        host,
        'find /opt/kube/bin -type f; pgrep -x etcd; systemctl is-enabled etcd; true',
      )
      expect(left.trim()).toBe('disabled')
    }

    await lab.on(2, 'umount /opt/kube')
    const right = await run(await lab.inputs([2, 3, 5], VERSION))
    expect(right.errors).toEqual([])
    expect(right.outputs['healthy']).toBe('true')
  })
})

/** Inputs for the lab's archive with something done to its etcd. */
const repacked = async (
  lab: Lab,
  folder: string,
  name: string,
  change: (etcd: string) => Promise<void>,
): Promise<Record<string, string>> => {
  const call = promisify(execFile)
  const work = join(folder, name)
  const archive = join(folder, `${name}.tar.gz`)
  await mkdir(work)
  await call('tar', ['-xzf', lab.mirror.archives[VERSION]?.file ?? '', '-C', work, '--exclude=*.md'])
  const etcd = (await call('find', [work, '-name', 'etcd', '-type', 'f'])).stdout.trim()
  await change(etcd)
  await call('tar', ['-C', work, '-I', 'gzip -1', '-cf', archive, basename(dirname(etcd))])
  await rm(work, { recursive: true })
  return { archive, 'archive-sha256': await sha256OfFile(archive) }
}
