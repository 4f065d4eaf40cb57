/** What etcdctl of each minor wrote (`--write-out=json`), asked of one member of its own version. */
export const RECORDED = {
  '3.4.23': {
    health: '[{"endpoint":"http://127.0.0.1:24790","health":true,"took":"1.134333ms"}]\n',
    status:
      '[{"Endpoint":"http://127.0.0.1:24790","Status":{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":1,"raft_term":2},"version":"3.4.23","dbSize":32768,"leader":3153101805118352275,"raftIndex":4,"raftTerm":2,"raftAppliedIndex":4,"dbSizeInUse":24576}}]\n',
    alarmedHealth: '[{"endpoint":"http://127.0.0.1:24790","health":true,"took":"1.134333ms"}]\n',
    lease:
      '{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":1,"raft_term":2,"ID":7751717536765042183,"TTL":60,"Error":""}\n',
    members:
      '{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"raft_term":2},"members":[{"ID":3153101805118352275,"name":"n1","peerURLs":["http://127.0.0.1:24791"],"clientURLs":["http://127.0.0.1:24790"]},{"ID":14893216618953648480,"peerURLs":["http://127.0.0.1:9"],"isLearner":true}]}\n',
    downStatus: '[]\n',
    downLog:
      '{"level":"warn","ts":"2026-11-23T08:25:44.008Z","caller":"clientv3/retry_interceptor.go:62","msg":"retrying of unary invoker failed","target":"passthrough:///http://127.0.0.1:1","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \\"transport: Error while dialing dial tcp 127.0.0.1:1: connect: connection refused\\""}\n',
  },
  '3.5.33': {
    health: '[{"endpoint":"http://127.0.0.1:24790","health":true,"took":"2.396186ms"}]\n',
    status:
      '[{"Endpoint":"http://127.0.0.1:24790","Status":{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":1,"raft_term":2},"version":"3.5.33","dbSize":20480,"leader":3153101805118352275,"raftIndex":5,"raftTerm":2,"raftAppliedIndex":5,"dbSizeInUse":16384}}]\n',
    alarmedHealth:
      '[{"endpoint":"http://127.0.0.1:24790","health":false,"took":"1.837367ms","error":"Active Alarm(s): NOSPACE "}]\n',
    lease:
      '{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":1,"raft_term":2,"ID":7751717536778804486,"TTL":60,"Error":""}\n',
    members:
      '{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"raft_term":2},"members":[{"ID":3153101805118352275,"name":"n1","peerURLs":["http://127.0.0.1:24791"],"clientURLs":["http://127.0.0.1:24790"]},{"ID":8923125363775931945,"peerURLs":["http://127.0.0.1:9"],"isLearner":true}]}\n',
    downStatus: '[]\n',
    downLog:
      '{"level":"warn","ts":"2026-11-23T08:25:53.474555Z","logger":"etcd-client","caller":"v3@v3.5.33/retry_interceptor.go:66","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0x7d65621eb40/127.0.0.1:1","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \\"transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused\\""}\n',
  },
  '3.6.14': {
    health: '[{"endpoint":"http://127.0.0.1:24790","health":true,"took":"5.159299ms"}]\n',
    status:
      '[{"Endpoint":"http://127.0.0.1:24790","Status":{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":8,"raft_term":2},"version":"3.6.14","dbSize":2727936,"leader":3153101805118352275,"raftIndex":20,"raftTerm":2,"raftAppliedIndex":20,"errors":["memberID:3153101805118352275 alarm:NOSPACE "],"dbSizeInUse":1826816,"storageVersion":"3.6.0","dbSizeQuota":2000000,"downgradeInfo":{}}}]\n',
    alarmedHealth:
      '[{"endpoint":"http://127.0.0.1:24790","health":false,"took":"3.381376ms","error":"Active Alarm(s): NOSPACE "}]\n',
    lease:
      '{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":1,"raft_term":2,"ID":7751717536781265158,"TTL":60,"Error":""}\n',
    members:
      '{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"raft_term":2},"members":[{"ID":3153101805118352275,"name":"n1","peerURLs":["http://127.0.0.1:24791"],"clientURLs":["http://127.0.0.1:24790"]},{"ID":14508051078010098104,"peerURLs":["http://127.0.0.1:9"],"isLearner":true}]}\n',
    downStatus: 'null\n',
    downLog:
      '{"level":"warn","ts":"2026-11-23T08:26:02.877518Z","logger":"etcd-client","caller":"v3@v3.6.14/retry_interceptor.go:68","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0x16e209bba000/127.0.0.1:1","method":"/etcdserverpb.Maintenance/Status","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \\"transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused\\""}\n',
  },
  '3.7.1': {
    health: '[{"endpoint":"http://127.0.0.1:24790","health":true,"took":"5.004718ms"}]\n',
    status:
      '[{"Endpoint":"http://127.0.0.1:24790","Status":{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":11,"raft_term":2},"version":"3.7.1","dbSize":3346432,"leader":3153101805118352275,"raftIndex":21,"raftTerm":2,"raftAppliedIndex":21,"errors":["memberID:3153101805118352275  alarm:NOSPACE"],"dbSizeInUse":3334144,"storageVersion":"3.7.0","dbSizeQuota":2000000,"downgradeInfo":{}}}]\n',
    alarmedHealth:
      '[{"endpoint":"http://127.0.0.1:24790","health":false,"took":"1.897752ms","error":"Active Alarm(s): NOSPACE "}]\n',
    lease:
      '{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"revision":1,"raft_term":2,"ID":7751717536783674374,"TTL":60,"Error":""}\n',
    members:
      '{"header":{"cluster_id":9151734699010623715,"member_id":3153101805118352275,"raft_term":2},"members":[{"ID":3153101805118352275,"name":"n1","peerURLs":["http://127.0.0.1:24791"],"clientURLs":["http://127.0.0.1:24790"]},{"ID":16187823016796220497,"peerURLs":["http://127.0.0.1:9"],"isLearner":true}]}\n',
    downStatus: 'null\n',
    downLog:
      '{"level":"warn","ts":"2026-11-23T08:25:26.262108Z","logger":"etcd-client","caller":"v3@v3.7.1/retry_interceptor.go:68","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0x1695cc0f2c00/127.0.0.1:1","method":"/etcdserverpb.Maintenance/Status","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \\"transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused\\""}\n',
  },
} as const

export type RecordedVersion = keyof typeof RECORDED
export const VERSIONS = Object.keys(RECORDED) as RecordedVersion[]
