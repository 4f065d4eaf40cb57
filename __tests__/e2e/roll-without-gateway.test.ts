import { describe, expect, test } from 'vitest'
import { run, type RunResult } from '../../lab/runner.js'
import { VERSION } from './lab.js'
import { etcdctl, FROM, mainPids, rollable, servesOn } from './roll-faults.js'
import { passed } from './shape.js'

const OFF = '--enable-grpc-gateway=false'
const ON = '--enable-grpc-gateway=true'

describe('a cluster whose JSON gateway is switched off', () => {
  test('is rolled all the same, by etcdctl alone: as it is switched off, and on again', async () => {
    const { lab, inputs } = await rollable()
    const rolls = async (version: string, flags: string): Promise<RunResult> => {
      const before = await mainPids(lab)
      const leader = await leaderOf()
      const result = await run({ ...(await inputs(version)), 'etcd-args': flags })
      passed(result)
      const rolled = /^rolled: (.*)$/m.exec(result.log)?.[1]?.split(', ')
      expect(rolled).toHaveLength(3)
      expect(rolled?.at(-1)).toBe(leader)
      const after = await mainPids(lab)
      expect(after.filter((pid, index) => pid !== before[index])).toHaveLength(3)
      expect(result.outputs['failed-writes']).toBe('0')
      await servesOn(lab, [1, 2, 3])
      return result
    }
    const leaderOf = async (): Promise<string> => {
      const seen = await Promise.all(
        [1, 2, 3].map(async (host) => {
          const said = await lab.on(host, `${etcdctl(lab, host)} endpoint status`)
          return said.split(', ')[4] === 'true' ? `etcd-${lab.hosts[host - 1]!.address}` : ''
        }),
      )
      return seen.join('')
    }
    const off = await rolls(FROM, OFF)
    expect(off.log).toMatch(/^The canary writes with etcdctl .*: the JSON gateway is to be switched off$/m)
    const on = await rolls(VERSION, ON)
    expect(on.log).toMatch(/^The canary writes with etcdctl .*: its JSON gateway is switched off/m)
    const again = await run({ ...(await inputs(VERSION)), 'etcd-args': ON })
    passed(again)
    expect(again.outputs['changed']).toBe('false')
  })
})
