import { describe, expect, it } from 'vitest'
import { answerOf, healthAnswer, statusAnswer } from '../../src/etcd/outcome.js'
import { parseMemberList } from '../../src/etcd/responses.js'
import { RECORDED, VERSIONS } from './recorded.fixture.js'

const UP = 'http://127.0.0.1:24790'
const DOWN = 'http://127.0.0.1:1'
const DOWN_ROW = `[{"endpoint":"${DOWN}","health":false,"took":"1.000498114s","error":"context deadline exceeded"}]\n`

describe.each(VERSIONS)('etcdctl %s', (version) => {
  const recorded = RECORDED[version]

  it('a healthy endpoint', () =>
    expect(healthAnswer({ code: 0, stdout: recorded.health, stderr: '' }, UP)).toMatchObject({
      ok: true,
      value: { healthy: true, error: '', cause: '' },
    }))

  it('an unhealthy endpoint: exit 1, the reason in its row and the cause in the log', () =>
    expect(
      healthAnswer(
        { code: 1, stdout: DOWN_ROW, stderr: `${recorded.downLog}Error: unhealthy cluster\n` },
        DOWN,
      ),
    ).toEqual({
      ok: true,
      value: {
        endpoint: DOWN,
        healthy: false,
        took: '1.000498114s',
        tookMs: 1000.498114,
        error: 'context deadline exceeded',
        cause: 'dial tcp 127.0.0.1:1: connect: connection refused',
      },
    }))

  it('a status that is left out: the reason and the cause from stderr', () => {
    const stderr = `${recorded.downLog}Failed to get the status of endpoint ${DOWN} (context deadline exceeded)\n`
    expect(statusAnswer({ code: 1, stdout: recorded.downStatus, stderr }, DOWN)).toEqual({
      ok: false,
      reason: `Failed to get the status of endpoint ${DOWN} (context deadline exceeded) (dial tcp 127.0.0.1:1: connect: connection refused)`,
    })
  })

  it('a member list that fails as a whole', () =>
    expect(
      answerOf(
        { code: 1, stdout: '', stderr: `${recorded.downLog}Error: context deadline exceeded\n` },
        parseMemberList,
      ),
    ).toEqual({
      ok: false,
      reason: 'context deadline exceeded (dial tcp 127.0.0.1:1: connect: connection refused)',
    }))

  it('a status that is there', () =>
    expect(statusAnswer({ code: 0, stdout: recorded.status, stderr: '' }, UP)).toMatchObject({
      ok: true,
      value: { version },
    }))
})

describe('calls that never reached etcd', () => {
  it.each([
    {
      title: 'a certificate that is not there',
      result: { code: 128, stdout: '', stderr: 'Error: open /x: no such file or directory\n' },
      reason: 'open /x: no such file or directory',
    },
    {
      title: 'no etcdctl',
      result: { code: 127, stdout: '', stderr: 'sh: 1: /opt/kube/bin/etcdctl: not found\n' },
      reason: 'sh: 1: /opt/kube/bin/etcdctl: not found',
    },
    {
      title: 'no word at all',
      result: { code: 0, stdout: '\n', stderr: '' },
      reason: 'etcdctl ended with exit code 1 and no message',
    },
    {
      title: 'something else than etcdctl',
      result: { code: 0, stdout: 'Welcome!\n', stderr: '' },
      reason:
        'cannot read the answer of etcdctl endpoint health: it begins with "Welcome!"; check that this etcdctl is the one of an etcd release',
    },
  ])('$title', ({ result, reason }) => expect(healthAnswer(result, UP)).toEqual({ ok: false, reason }))

  it('a row of another endpoint is no answer', () =>
    expect(healthAnswer({ code: 0, stdout: RECORDED['3.6.14'].health, stderr: '' }, DOWN).ok).toBe(false))
})

it.each([
  [
    'x509: certificate signed by unknown authority',
    'transport: authentication handshake failed: x509: certificate signed by unknown authority',
  ],
  [
    'tls: failed to verify certificate: x509: certificate has expired',
    'authentication handshake failed: tls: failed to verify certificate: x509: certificate has expired',
  ],
  ['remote error: tls: bad certificate', 'connection error: remote error: tls: bad certificate'],
  [
    'write tcp 10.0.0.1:2379: write: connection reset by peer',
    'transport: failed to write client preface: write tcp 10.0.0.9:33084->10.0.0.1:2379: write: connection reset by peer',
  ],
  [
    'remote error: tls: unknown certificate authority',
    'write tcp 10.0.0.9:33084->10.0.0.1:2379: write: connection reset by peer, then: remote error: tls: unknown certificate authority',
  ],
])('the cause "%s" is found in the log', (cause, log) => {
  const stderr = `{"level":"warn","error":"rpc error: desc = \\"${log}\\""}\nError: unhealthy cluster\n`
  expect(healthAnswer({ code: 1, stdout: DOWN_ROW, stderr }, DOWN)).toMatchObject({ value: { cause } })
})
