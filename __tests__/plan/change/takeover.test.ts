import { describe, expect, it } from 'vitest'
import type { Desired } from '../../../src/cluster/desired.js'
import type { HostObserved } from '../../../src/cluster/observed.js'
import { parseExecStart } from '../../../src/etcd/parse-unit.js'
import { issueForMembers } from '../../pki/issue-for-members.js'
import { documentUnit } from '../../e2e/document.js'
import { authorityOf } from '../../pki/members.js'
import * as w from '../world.js'
import { changed, planOf, shortly } from './worlds.js'

/** The document's settings, which the inputs can ask for. */
const asTheDocument: Desired = {
  ...w.desired,
  layout: { ...w.desired.layout, serviceUser: 'root' },
  etcd: { ...w.desired.etcd, localHttpListener: true, hardening: false },
  certificates: { ...w.desired.certificates, mode: 'shared' },
}

const unitText = (address: string): string =>
  documentUnit(address, w.members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(','))
    .join('\n')
    .replace(/\n--/g, ' \\\n  --')

const shared = await issueForMembers({
  authority: authorityOf(w.testCa, w.now),
  receivers: w.members.slice(0, 1),
  members: w.members,
  certificates: asTheDocument.certificates,
  now: w.now,
})

/** A host as the document's playbook leaves it: root's, one certificate for all, a key that others may read. */
const made =
  (index: number) =>
  (host: HostObserved): Partial<HostObserved> => {
    const text = unitText(w.members[index]!.address)
    return {
      userExists: false,
      service: { ...host.service, unit: { ...host.service.unit!, text } },
      process: { ...host.process!, argv: parseExecStart(text)! },
      certificate: { ...host.certificate!, text: [...shared.values()][0]!.certificatePem },
      key: { ...host.key!, mode: '644', owner: 'root' },
      dataDir: { ...host.dataDir, owner: 'root' },
    }
  }

const observed = changed({ 0: made(0), 1: made(1), 2: made(2) })

const rolls = ['roll-member 2 unit', 'roll-member 3 unit', 'roll-member 1 unit']
const each = (kind: string): readonly string[] => [1, 2, 3].map((number) => `${kind} ${number}`)
const stepsOf = (desired: Desired): readonly string[] =>
  planOf(observed, desired).steps.map((step) => shortly(step).replace('etcd-10.0.0.', ''))

/** What docs/from-ansible.md says that the first plan shows. */
describe('a cluster that was made as the document says', () => {
  it('is restarted once, asked for in its own form: five lines are new in its unit', () => {
    expect(stepsOf(asTheDocument)).toEqual([...each('correct-host'), ...each('stage'), ...rolls])
    const plan = planOf(observed, asTheDocument)
    expect(plan.steps[0]?.reason).toContain('etcd-key.pem has mode 0644, asked for 0600')
    expect(plan.steps.at(-1)?.reason).toBe(
      'its unit differs: [Unit] AssertPathExists: (none) -> /var/lib/etcd/member/wal, TimeoutStartSec: (none) -> infinity, UnsetEnvironment: (none) -> HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy, --client-cert-auth: (none) -> true, ' +
        '--peer-client-cert-auth: (none) -> true, --listen-metrics-urls: (none) -> http://127.0.0.1:2381 (last, as it leads)',
    )
  })

  it('gets the safe form too, but for the user that runs it', () => {
    const safe = { ...w.desired, layout: asTheDocument.layout }
    expect(stepsOf(safe)).toEqual([
      ...each('correct-host'),
      ...[2, 3, 1].map((number) => `renew-certificate ${number}`),
      ...[...each('stage'), ...rolls],
    ])
  })

  it('is refused where another user is asked for', () => {
    const plan = planOf(observed)
    expect(plan.kind).toBe('blocked')
    expect(plan.findings.map(({ problem }) => problem)).toEqual(
      w.names.map(() => 'runs as root, asked for etcd, who could not read its data'),
    )
  })
})
