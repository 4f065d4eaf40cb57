import { describe, expect, it } from 'vitest'
import type { EtcdFlag } from '../../../src/cluster/desired.js'
import { judgeUpgrade } from '../../../src/etcd/upgrade/judge.js'

describe('flags that a release does not take', () => {
  const flag = (text: string): EtcdFlag => {
    const [name = '', value = ''] = text.split('=')
    return { name, value }
  }
  it.each<[from: string, to: string, flag: string, says: string | undefined]>([
    ['3.4.45', '3.5.33', 'debug=true', 'does not know --debug (gone since 3.5): use --log-level=debug'],
    ['3.4.45', '3.5.33', 'log-output=stderr', 'use --log-outputs'],
    ['3.4.45', '3.5.33', 'log-outputs=stderr', undefined],
    [
      '3.4.45',
      '3.5.33',
      'logger=capnslog',
      'does not know --logger=capnslog (gone since 3.5): use --logger=zap',
    ],
    ['3.4.45', '3.5.33', 'logger=zap', undefined],
    ['3.5.33', '3.6.14', 'enable-v2=true', 'does not know --enable-v2 (gone since 3.6): leave it out'],
    ['3.5.33', '3.6.14', 'proxy=on', '--proxy (gone since 3.6): use etcd grpc-proxy'],
    ['3.5.33', '3.6.14', 'experimental-initial-corrupt-check=true', undefined],
    [
      '3.6.14',
      '3.7.1',
      'experimental-initial-corrupt-check=true',
      'use --feature-gates=InitialCorruptCheck=true',
    ],
    ['3.6.14', '3.7.1', 'experimental-compact-hash-check-enabled=true', 'CompactHashCheck=true'],
    ['3.6.14', '3.7.1', 'experimental-compaction-batch-limit=500', 'use --compaction-batch-limit'],
    ['3.6.14', '3.7.1', 'discovery-proxy=x', 'leave it out'],
    ['3.6.14', '3.7.1', 'max-snapshots=5', undefined],
    ['3.7.1', '3.7.1', 'experimental-max-learners=2', 'use --max-learners'],
    ['3.5.33', '3.5.33', 'feature-gates=X=true', 'does not know --feature-gates yet (it came with 3.6)'],
    ['3.6.14', '3.6.14', 'feature-gates=X=true', undefined],
    ['3.6.14', '3.6.14', 'constructor=1', undefined],
  ])('%s to %s with --%s', (from, to, text, says) => {
    const judgement = judgeUpgrade({
      from: [{ member: 'm1', version: from }],
      to,
      flags: [{ name: 'name', value: 'm1' }, flag(text)],
    })
    expect(judgement.ok).toBe(says === undefined)
    if (judgement.ok) return
    expect(judgement.reason).toContain(says)
    expect(judgement).toMatchObject({ path: [], next: 'set etcd-args so that it can be run' })
  })
})
