import { describe, expect, it } from 'vitest'
import { kubernetesCaWarnings } from '../../src/pki/kubernetes-ca.js'
import { makeCa } from './openssl.js'

const caNamed = (name: string): string => makeCa({ key: 'P-256', subject: `/O=k8s/CN=${name}` }).certPem

describe('kubernetesCaWarnings', () => {
  const cases: readonly [name: string, warned: boolean][] = [
    ['kubernetes', true],
    ['kubernetes-ca', true],
    ['etcd-ca', false],
    ['my kubernetes', false],
  ]
  it.each(cases)('of a CA named %s', (name, warned) => {
    const warning = expect.stringContaining(`CN=${name}, which is what the CA of Kubernetes itself is called`)
    expect(kubernetesCaWarnings(caNamed(name))).toEqual(warned ? [warning] : [])
  })

  it('finds it among others, and nothing in what is no certificate', () => {
    expect(kubernetesCaWarnings(caNamed('etcd-ca') + caNamed('kubernetes'))).toHaveLength(1)
    expect(kubernetesCaWarnings('')).toEqual([])
  })
})
