import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parseActivePeers, toldByMetrics } from '../../src/observe/peer-links.js'
import { hostWith } from './host.fixture.js'

/** As 3.4.23, 3.5.33, 3.6.14 and 3.7.1 print it. */
const metrics = (...rows: readonly string[]): string =>
  [
    "# HELP etcd_cluster_version Which version is running. 1 for 'cluster_version' label with current cluster version",
    'etcd_cluster_version{cluster_version="3.5"} 1',
    ...(rows.length > 0
      ? [
          '# HELP etcd_network_active_peers The current number of active peer connections.',
          '# TYPE etcd_network_active_peers gauge',
          ...rows,
        ]
      : []),
    '# HELP etcd_network_client_grpc_received_bytes_total The total number of bytes received from grpc clients.',
    '# TYPE etcd_network_client_grpc_received_bytes_total counter',
    'etcd_network_client_grpc_received_bytes_total 8',
    '',
  ].join('\n')
const row = (remote: string, count: number | string): string =>
  `etcd_network_active_peers{Local="72f544d75a7da740",Remote="${remote}"} ${count}`

describe('parseActivePeers', () => {
  it.each<[string, string, readonly string[] | undefined]>([
    [
      'both',
      metrics(row('6dc5c47294b9ea8e', 1), row('ee694ece1284fa16', 1)),
      ['6dc5c47294b9ea8e', 'ee694ece1284fa16'],
    ],
    [
      'one that is lost',
      metrics(row('6dc5c47294b9ea8e', 0), row('ee694ece1284fa16', 1)),
      ['ee694ece1284fa16'],
    ],
    ['none ever', metrics(), []],
    ['an id with a zero at the front, which etcd prints elsewhere without', metrics(row('0dc5', 1)), ['dc5']],
    ['another server on that port', 'go_goroutines 5\n', undefined],
    ['cut off before it', metrics().slice(0, 100), undefined],
    ['nothing', '', undefined],
  ])('%s', (_name, text, expected) => {
    expect(parseActivePeers(text)).toEqual(expected)
  })

  it('tells nothing, or all, wherever what came so far ends', () => {
    const text = metrics(row('6dc5c47294b9ea8e', 1), row('ee694ece1284fa16', 1))
    const told = Array.from({ length: text.length + 1 }, (_, end) => parseActivePeers(text.slice(0, end)))
    expect([...new Set(told.map((peers) => peers?.join()))]).toEqual([
      undefined,
      '6dc5c47294b9ea8e,ee694ece1284fa16',
    ])
  })
})

describe('toldByMetrics', () => {
  it('takes links and the version of the cluster from one answer, and stops listening once it knows both', async () => {
    let asked = 0
    const endless = await hostWith(
      createServer((_request, response) => {
        asked++
        response.write(metrics(row('6dc5c47294b9ea8e', 1)))
      }),
    )
    expect(await toldByMetrics(endless, 20_000)).toEqual({
      peers: ['6dc5c47294b9ea8e'],
      clusterVersion: '3.5.0',
    })
    expect(asked).toBe(1)
  })

  it('is told nothing where that is no page of metrics', async () => {
    const other = await hostWith(createServer((_request, response) => response.writeHead(404).end(metrics())))
    expect(await toldByMetrics(other, 2000)).toEqual({ peers: undefined, clusterVersion: undefined })
  })
})
