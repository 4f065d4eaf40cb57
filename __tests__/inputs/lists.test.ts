import { describe, expect, it } from 'vitest'
import { deploy, healthByEndpoints, problemsIn, readWith, type Texts } from './setting.js'

/** A text that looks like two values is two values, or a mistake: never one. */
describe('what looks like two values', () => {
  it.each<[Texts, RegExp]>([
    [{ 'etcd-args': '--heartbeat-interval=100,--max-wals=5' }, /more than one flag; each goes on a line/],
    [{ 'etcd-args': '--heartbeat-interval=100, --max-wals=5' }, /more than one flag/],
    [{ 'etcd-args': '--heartbeat-interval=100;--max-wals=5' }, /more than one flag/],
    [{ 'etcd-args': '--heartbeat-interval=100|-max-wals=5' }, /more than one flag/],
    [{ 'etcd-args': '--pre-vote,--max-wals=5' }, /more than one flag/],
    [{ hosts: '10.0.0.1;10.0.0.2;10.0.0.3' }, /nor a DNS name|none/],
    [{ hosts: '10.0.0.1 10.0.0.2 10.0.0.3' }, /each host goes on a line of its own/],
    [{ hosts: '10.0.0.1 name=a;10.0.0.2 name=b' }, /is no member name|second name=/],
    [{ hosts: '10.0.0.1 ssh=root@a;root@b' }, /has no login name/],
    [{ hosts: '["10.0.0.1","10.0.0.2","10.0.0.3"]' }, /nor a DNS name|none/],
    [{ 'certificate-sans': 'a.example.com;b.example.com' }, /nor a DNS name/],
    [{ 'certificate-sans': 'a.example.com b.example.com' }, /nor a DNS name/],
    [{ 'ssh-jump': 'root@a;root@b' }, /has no login name/],
    [{ 'ssh-jump': 'a b' }, /nor a DNS name/],
    [{ 'ssh-user': 'root,admin' }, /is no login name/],
    [{ 'ssh-user': 'root|admin' }, /is no login name/],
    [{ 'download-base-url': 'https://a.example.com/etcd,https://b.example.com/etcd' }, /more than one URL/],
    [{ 'download-base-url': 'https://a.example.com/etcd;http://b.example.com' }, /more than one URL/],
    [{ 'certificate-subject': 'O=k8s;CN=etcd' }, /more than one KEY=VALUE; commas separate them/],
    [{ 'certificate-subject': 'O=k8s/CN=etcd' }, /more than one KEY=VALUE/],
    [{ version: '3.5.30,3.6.14' }, /is not a version/],
    [{ 'data-dir': '/a,/b' }, /holds a character/],
    [{ 'cluster-token': 'a,b' }, /is no cluster token/],
    [{ 'service-name': 'etcd,etcd2' }, /is no service name/],
    [{ 'archive-sha256': `${'a'.repeat(64)},${'b'.repeat(64)}` }, /./],
  ])('%o is refused', (texts, says) => {
    const problems = problemsIn({ ...deploy, ...texts })
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.join('\n')).toMatch(says)
  })

  it.each([';', ' ', '|'])('endpoints with %j between them are refused', (separator) => {
    const endpoints = `https://10.0.0.1:2379${separator}https://10.0.0.2:2379`
    expect(problemsIn({ ...healthByEndpoints, endpoints })[0]).toMatch(/^endpoints .* is not a URL/)
  })

  it('is two where a comma separates the items', () => {
    const { desired } = readWith({
      ...deploy,
      hosts: '10.0.0.1 name=a, 10.0.0.2 name=b,10.0.0.3',
      'certificate-sans': 'a.example.com,10.0.0.9',
      'ssh-jump': 'root@a,root@b',
    })
    expect(desired.members.map(({ name }) => name)).toEqual(['a', 'b', 'etcd-10.0.0.3'])
    expect(desired.certificates.sans).toEqual(['a.example.com', '10.0.0.9'])
    expect(desired.ssh.jumps.map(({ host }) => host)).toEqual(['a', 'b'])
  })

  it.each([
    '--cipher-suites=TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384',
    '--auth-token=jwt,pub-key=/a-b/c,priv-key=/a/d,sign-method=RS256',
  ])('%s is one flag, as its value is a list', (flag) =>
    expect(problemsIn({ ...deploy, 'etcd-args': flag })).toEqual([]),
  )
})
