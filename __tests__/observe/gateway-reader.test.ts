import { Agent, createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { gatewayReader, type GatewayReader } from '../../src/observe/gateway-reader.js'

const HEADER =
  '"header":{"cluster_id":"3093775459872213173", "member_id":"15494478877149755439", "revision":"7"}'
/** As etcd 3.5.30 and 3.6.14 write them. */
const STATUS_3_5 =
  `{${HEADER}, "version":"3.5.30", "dbSize":"20480", "leader":"17231117613997248633", "raftIndex":"15", ` +
  '"raftTerm":"2", "raftAppliedIndex":"14", "errors":["memberID:12345678901234567890 alarm:NOSPACE "], "dbSizeInUse":"16384"}'
const STATUS_3_6 =
  `{${HEADER}, "version":"3.6.14", "dbSize":"28672", "leader":"13805491212860493186", "raftIndex":"12", "raftTerm":"2", ` +
  '"raftAppliedIndex":"12", "dbSizeInUse":"16384", "storageVersion":"3.6.0", "dbSizeQuota":"8589934592", "downgradeInfo":{}}'
const MEMBERS =
  `{${HEADER}, "members":[{"ID":"13805491212860493186", "name":"etcd-10.0.0.13", "peerURLs":["https://10.0.0.13:2380"], ` +
  '"clientURLs":["https://10.0.0.13:2379"]}, {"ID":"1", "peerURLs":["https://10.0.0.14:2380"], "isLearner":true}]}'

describe('gatewayReader', () => {
  const open: { server: Server; agent: Agent }[] = []
  const asked: string[] = []
  afterEach(() => {
    for (const { server, agent } of open.splice(0)) {
      agent.destroy()
      server.closeAllConnections()
      server.close()
    }
    asked.length = 0
  })

  /** A member that answers everything with that, or with nothing at all. */
  const reading = async (
    answer: string | undefined,
    status = 200,
  ): Promise<GatewayReader & { url: string }> => {
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (piece: Buffer) => (body += piece.toString()))
      request.on('end', () => {
        asked.push(`${request.method} ${request.url} ${body}`)
        if (answer !== undefined) response.writeHead(status).end(answer)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const agent = new Agent({ keepAlive: true })
    open.push({ server, agent })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return { ...gatewayReader(agent, url), url }
  }

  it.each([
    [
      STATUS_3_5,
      {
        ...{
          version: '3.5.30',
          dbSize: 20480,
          dbSizeInUse: 16384,
          dbSizeQuota: undefined,
          storageVersion: '',
        },
        ...{ leader: 'ef213a2cf1485079', raftIndex: '15', raftAppliedIndex: '14' },
        errors: ['memberID:12345678901234567890 alarm:NOSPACE '],
      },
    ],
    [
      STATUS_3_6,
      {
        ...{ version: '3.6.14', dbSize: 28672, dbSizeInUse: 16384, dbSizeQuota: 8589934592 },
        ...{ storageVersion: '3.6.0', leader: 'bf96f51d0c538d82', raftIndex: '12', raftAppliedIndex: '12' },
        errors: [],
      },
    ],
  ])('reads a status without losing a digit: %s', async (text, expected) => {
    const reader = await reading(text)
    expect(await reader.status(1000)).toEqual({
      ok: true,
      value: {
        endpoint: reader.url,
        ...{ clusterId: '2aef4c63a48108b5', memberId: 'd70772720c4df82f', revision: '7', raftTerm: '2' },
        ...{ isLearner: false, ...expected },
      },
    })
    expect(asked).toEqual(['POST /v3/maintenance/status {}'])
  })

  it('reads the member list', async () => {
    const { members } = await reading(MEMBERS)
    expect(await members(1000)).toMatchObject({
      ok: true,
      value: {
        members: [
          {
            ...{ id: 'bf96f51d0c538d82', name: 'etcd-10.0.0.13', isLearner: false },
            clientUrls: ['https://10.0.0.13:2379'],
          },
          { id: '1', name: '', peerUrls: ['https://10.0.0.14:2380'], isLearner: true },
        ],
      },
    })
  })

  it.each([
    ['a refusal', '{"error":"auth: user name is empty", "code":3}', 400, /^auth: user name is empty$/],
    ['no gateway', '404 page not found', 404, /^its JSON gateway is switched off$/],
    ['something else that answers', '<html>', 200, /^cannot read the answer of etcdctl endpoint status/],
    ['an object that is none of its own', '{}', 200, /^cannot read the answer of etcdctl endpoint status/],
    ['silence', undefined, 200, /^no answer within 0\.05 s$/],
  ])('says why there is no answer: %s', async (_, text, status, reason) => {
    const { status: ask } = await reading(text, status)
    const answer = await ask(50)
    expect(answer).toMatchObject({ ok: false, reason: expect.stringMatching(reason) as string })
  })
})
