import fc from 'fast-check'
import { isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parseHostLine, type HostLine } from '../../src/inputs/parse/host-line.js'
import { deploy, problemsIn, readWith } from './setting.js'

const membersOf = (hosts: string, more = {}) => readWith({ ...deploy, hosts, ...more }).desired.members

describe('hosts that are right', () => {
  it('takes lines, commas, comments and blank lines alike', () => {
    const hosts = '# rack 1\n192.168.1.1 # first\r\n\n192.168.1.2,192.168.1.3,# no more\n'
    expect(membersOf(hosts).map(({ address }) => address)).toEqual([
      '192.168.1.1',
      '192.168.1.2',
      '192.168.1.3',
    ])
  })

  it('takes name, login and ports from where they are said', () => {
    const [member] = membersOf('10.0.0.1 ssh=admin@jump.example.com:2222 name=one', {
      'client-port': '3379',
      'peer-port': '3380',
    })
    expect(member).toEqual({
      name: 'one',
      address: '10.0.0.1',
      clientUrl: 'https://10.0.0.1:3379',
      peerUrl: 'https://10.0.0.1:3380',
      ssh: { user: 'admin', host: 'jump.example.com', port: 2222 },
    })
  })

  it.each([
    ['10.0.0.1', { user: 'ops', host: '10.0.0.1', port: 2200 }],
    ['10.0.0.1 ssh=h', { user: 'ops', host: 'h', port: 2200 }],
    ['10.0.0.1 ssh=a@b@h', { user: 'a@b', host: 'h', port: 2200 }],
    ['10.0.0.1 ssh=fd00::1', { user: 'ops', host: 'fd00::1', port: 2200 }],
    ['10.0.0.1 ssh=u@[fd00::1]:22', { user: 'u', host: 'fd00::1', port: 22 }],
  ])('logs in for %s', (hosts, ssh) => {
    expect(membersOf(hosts, { 'ssh-user': 'ops', 'ssh-port': '2200' })[0]?.ssh).toEqual(ssh)
  })

  it.each([
    ['FD00:0:0::1', 'fd00::1', 'etcd-fd00--1', 'https://[fd00::1]:2379'],
    ['[fd00::1]', 'fd00::1', 'etcd-fd00--1', 'https://[fd00::1]:2379'],
    ['ETCD1.example.com', 'etcd1.example.com', 'etcd-etcd1.example.com', 'https://etcd1.example.com:2379'],
    ['127.0.0.1', '127.0.0.1', 'etcd-127.0.0.1', 'https://127.0.0.1:2379'],
  ])('%s becomes %s', (hosts, address, name, clientUrl) => {
    expect(membersOf(hosts)[0]).toMatchObject({ address, name, clientUrl })
  })

  it('takes an even number where that is allowed, and for health', () => {
    expect(membersOf('10.0.0.1,10.0.0.2', { 'allow-even-members': 'true' })).toHaveLength(2)
    expect(membersOf('10.0.0.1,10.0.0.2', { operation: 'health' })).toHaveLength(2)
  })
})

const LINE = '(example: 192.168.1.1 name=etcd-1 ssh=admin@10.0.0.1:22)'
const V4 = '(example: 192.168.1.1)'
const V6 = '(example: fd00::1)'
const LIST = '(example: 192.168.1.1, 192.168.1.2, 192.168.1.3)'

describe('hosts that are wrong', () => {
  it.each([
    ['192.168.1.300', `"192.168.1.300" looks like an IPv4 address but is none ${V4}`],
    ['192.168.1', `"192.168.1" looks like an IPv4 address but is none ${V4}`],
    ['fd00::1::2', `"fd00::1::2" looks like an IPv6 address but is none ${V6}`],
    [
      'fd00::1%eth0',
      `"fd00::1%eth0" holds a % (a zone?), which cannot be in an address that other hosts use ${V6}`,
    ],
    ['https://10.0.0.1', `"https://10.0.0.1" is a URL; only the address goes here ${V4}`],
    [
      '10.0.0.1:2380',
      `"10.0.0.1:2380" holds a port; etcd's ports are the inputs client-port and peer-port ${V4}`,
    ],
    [
      '[fd00::1]:80',
      `"[fd00::1]:80" holds a port; etcd's ports are the inputs client-port and peer-port ${V4}`,
    ],
    [
      'root@10.0.0.1',
      '"root@10.0.0.1" holds a user name; the login goes behind the address (example: 192.168.1.1 ssh=admin@192.168.1.1)',
    ],
    ['10.0.0.0/24', `"10.0.0.0/24" holds a slash; an address goes here, not a network or a path ${V4}`],
    ['a.example.com.', `"a.example.com." ends with a dot; leave it out ${V4}`],
    ['-a', `"-a" is neither an IPv4 address, nor an IPv6 address, nor a DNS name ${V4}`],
    ['0.0.0.0', `"0.0.0.0" means every address of a host, and no other host can connect to it ${V4}`],
    ['::', `"::" means every address of a host, and no other host can connect to it ${V6}`],
    ['0.1.2.3', `"0.1.2.3" is of the network 0.0.0.0/8, which no host can have ${V4}`],
    ['224.0.0.1', `"224.0.0.1" is a multicast address, which no single host can have ${V4}`],
    ['ff02::1', `"ff02::1" is a multicast address, which no single host can have ${V6}`],
    ['255.255.255.255', `"255.255.255.255" is a reserved or broadcast address, which no host can have ${V4}`],
    ['fe80::1', `"fe80::1" is a link-local address, which means something else on every host ${V6}`],
    ['::ffff:10.0.0.1', `"::ffff:10.0.0.1" is an IPv4 address in IPv6 form; write it as IPv4 ${V6}`],
    [
      '10.0.0.1 10.0.0.2',
      `"10.0.0.2" is neither name= nor ssh=; each host goes on a line of its own ${LINE}`,
    ],
    ['10.0.0.1 port=1', `"port=1" is not known here: an address is followed by name= and ssh= only ${LINE}`],
    ['10.0.0.1 name=a name=b', `"name=b" is a second name= on one line ${LINE}`],
    ['name=a 10.0.0.1', `"name=a 10.0.0.1" does not begin with the address ${LINE}`],
    [
      '10.0.0.1 name=a=b',
      '"a=b" is no member name: at most 128 letters, digits and . _ -, beginning with a letter or digit (example: name=etcd-1)',
    ],
    ['10.0.0.1 ssh=@h', '"@h" has no login name in front of the @ (example: admin@bastion.example.com:2222)'],
    [
      '10.0.0.1 ssh=h:0',
      '"h:0" does not end in a port, a whole number from 1 to 65535 (example: admin@bastion.example.com:2222)',
    ],
    ['10.0.0.1,10.0.0.1,10.0.0.2', `"10.0.0.1" is the address of more than one member ${LIST}`],
    ['fd00::1,FD00:0::1,10.0.0.2', `"fd00::1" is the address of more than one member ${LIST}`],
    ['a.test,A.TEST,10.0.0.2', `"a.test" is the address of more than one member ${LIST}`],
    ['10.0.0.1 name=a,10.0.0.2 name=a,10.0.0.3', `"a" is the name of more than one member ${LIST}`],
    [
      '10.0.0.1 ssh=h,10.0.0.2 ssh=u@H:22,10.0.0.3',
      `"h:22" is the SSH login of more than one member, but each member needs a host of its own ${LIST}`,
    ],
    [
      '127.0.0.1,10.0.0.2,10.0.0.3',
      `"127.0.0.1" is the host itself on every host, so the other members cannot reach it ${LIST}`,
    ],
    [
      'localhost,10.0.0.2,10.0.0.3',
      `"localhost" is the host itself on every host, so the other members cannot reach it ${LIST}`,
    ],
  ])('%s', (hosts, problem) => {
    expect(problemsIn({ ...deploy, hosts })).toEqual([`hosts ${problem}`])
  })

  it.each([
    [2, '2 members tolerate no failure, no more than 1 does; take 1 or 3'],
    [4, '4 members tolerate one failure, no more than 3 do; take 3 or 5'],
    [6, '6 members tolerate 2 failures, no more than 5 do; take 5 or 7'],
  ])('%i of them', (count, why) => {
    const hosts = Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}`).join('\n')
    expect(problemsIn({ ...deploy, hosts })).toEqual([
      `hosts has an even number of hosts: ${why}, or set allow-even-members to true`,
    ])
  })

  it('reports all lines together', () => {
    const problems = problemsIn({
      ...deploy,
      hosts: '10.0.0.300\n10.0.0.1\n10.0.0.1\nx y',
      'ssh-port': 'ssh',
    })
    expect(problems).toHaveLength(5)
  })
})

describe('any line of hosts', () => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/)
  const dns = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
  const ipv4 = fc
    .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255))
    .map((n) => n.join('.'))
  const address = fc.oneof(
    dns,
    ipv4,
    fc.ipV6().filter((ip) => !parseHostLineFails(ip)),
  )
  const port = fc.integer({ min: 1, max: 65535 })
  const user = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,20}$/)
  const line = fc.record({
    address,
    name: fc.option(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/)),
    ssh: fc.option(fc.record({ user: fc.option(user), host: address, port: fc.option(port) })),
  })

  it('reads back what was written', () => {
    fc.assert(
      fc.property(line, ({ address, name, ssh }) => {
        const host = ssh && isIPv6(ssh.host) && ssh.port !== null ? `[${ssh.host}]` : ssh?.host
        const login =
          ssh &&
          ` ssh=${ssh.user === null ? '' : `${ssh.user}@`}${host}${ssh.port === null ? '' : `:${ssh.port}`}`
        const read = mustRead(`${address}${name === null ? '' : `   name=${name}`}${login ?? ''}`)
        expect(read.address).toBe(mustRead(address).address)
        expect(read.name).toBe(name ?? mustRead(address).name)
        expect(read.ssh).toEqual(
          ssh
            ? { user: ssh.user ?? undefined, host: mustRead(ssh.host).address, port: ssh.port ?? undefined }
            : undefined,
        )
        // What was read means the same when it is read again.
        expect(mustRead(read.address)).toMatchObject({ address: read.address })
      }),
    )
  })

  it('is refused with faults, or gives a name and address that a unit can hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const parsed = parseHostLine(text)
        if (!parsed.ok) {
          expect(parsed.faults.length).toBeGreaterThan(0)
          return
        }
        expect(parsed.value.address).toMatch(/^[a-z0-9.:_-]+$/)
        expect(parsed.value.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
      }),
    )
  })
})

const parseHostLineFails = (text: string): boolean => !parseHostLine(text).ok

const mustRead = (text: string): HostLine => {
  const parsed = parseHostLine(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.faults[0]?.rule}`)
  return parsed.value
}
