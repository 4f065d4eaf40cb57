import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprintOf, hostKeyAlgorithms, nameOfKey } from '../../src/ssh/public-key.js'
import {
  authorityOf,
  checkHostKey,
  knownHostsLine,
  knownKeyTypes,
  parseKnownHosts,
} from '../../src/ssh/known-hosts.js'
import { fingerprint, openSshKey, parsed } from './keys.js'

const key = openSshKey('ed25519')
const blob = parsed(key).getPublicSSH()
const other = parsed(openSshKey('ed25519')).getPublicSSH()
const ecdsa = parsed(openSshKey('ecdsa')).getPublicSSH()
const rsa = parsed(openSshKey('rsa')).getPublicSSH()
const entry = `ssh-ed25519 ${blob.toString('base64')}`

const verdictOf = (text: string, host: string, port = 22, shown = blob) =>
  checkHostKey(parseKnownHosts(text).entries, host, port, shown).kind

describe('checkHostKey', () => {
  it.each([
    ['plain name', `node1 ${entry}`, 'node1', 22, 'known'],
    ['trailing comment', `node1 ${entry} root@node1 made today`, 'node1', 22, 'known'],
    ['tabs and CRLF', `# top\r\n\r\nnode1\t${entry}\r\n`, 'node1', 22, 'known'],
    ['upper case asked', `node1 ${entry}`, 'NODE1', 22, 'known'],
    ['upper case listed', `Node1 ${entry}`, 'node1', 22, 'known'],
    ['comma list', `node0,node1,10.0.0.1 ${entry}`, '10.0.0.1', 22, 'known'],
    ['another name', `node1 ${entry}`, 'node2', 22, 'unknown'],
    ['prefix is no match', `node1 ${entry}`, 'node11', 22, 'unknown'],
    ['port 22 name does not do for another port', `node1 ${entry}`, 'node1', 2222, 'unknown'],
    ['[host]:port', `[node1]:2222 ${entry}`, 'node1', 2222, 'known'],
    ['[host]:port is no plain name', `[node1]:2222 ${entry}`, 'node1', 22, 'unknown'],
    ['IPv6', `fd00::1 ${entry}`, 'fd00::1', 22, 'known'],
    ['IPv6 with port', `[fd00::1]:2222 ${entry}`, 'FD00::1', 2222, 'known'],
    ['star', `*.example.com ${entry}`, 'a.b.example.com', 22, 'known'],
    ['dot is no wildcard', `node.1 ${entry}`, 'nodex1', 22, 'unknown'],
    ['question mark', `10.0.0.? ${entry}`, '10.0.0.7', 22, 'known'],
    ['question mark is one character', `10.0.0.? ${entry}`, '10.0.0.17', 22, 'unknown'],
    ['negation wins', `*.example.com,!bad.example.com ${entry}`, 'bad.example.com', 22, 'unknown'],
    ['negation alone matches nothing', `!bad.example.com ${entry}`, 'good.example.com', 22, 'unknown'],
    ['revoked', `@revoked * ${entry}`, 'node1', 22, 'revoked'],
    ['revoked although listed', `node1 ${entry}\n@revoked * ${entry}`, 'node1', 22, 'revoked'],
    ['certificate authority never matches', `@cert-authority * ${entry}`, 'node1', 22, 'unknown'],
    ['comment', `# node1 ${entry}`, 'node1', 22, 'unknown'],
    ['empty', '', 'node1', 22, 'unknown'],
  ] as const)('%s', (_name, text, host, port, kind) => {
    expect(verdictOf(text, host, port)).toBe(kind)
  })

  it('tells which keys it expected', () => {
    const { entries } = parseKnownHosts(`node1 ${entry}`)
    const expected = [{ type: 'ssh-ed25519', fingerprint: fingerprint(key) }]
    expect(checkHostKey(entries, 'node1', 22, other)).toEqual({ kind: 'mismatch', expected })
    expect(checkHostKey(entries, 'node1', 22, ecdsa)).toEqual({ kind: 'mismatch', expected })
  })

  it('takes any of several listed keys', () => {
    const text = `node1 ${entry}\n${knownHostsLine('node1', 22, ecdsa)}`
    expect(verdictOf(text, 'node1', 22, ecdsa)).toBe('known')
    expect(verdictOf(text, 'node1', 22, other)).toBe('mismatch')
  })
})

describe('parseKnownHosts', () => {
  it('takes every cut of a key for damage, and never for another key', () => {
    for (const whole of [blob, ecdsa, rsa]) {
      const line = knownHostsLine('node1', 22, whole)
      // Behind the last whole byte there is only padding to be cut.
      const end = line.replace(/.=+$/, '').length
      for (let length = 'node1 '.length; length < end; length += 1) {
        const { entries, problems } = parseKnownHosts(line.slice(0, length))
        expect([entries.length, problems.length]).toEqual([0, 1])
      }
    }
  })

  it('finds the certificate authority of a host', () => {
    const { authorities } = parseKnownHosts(`# ours\n@cert-authority *.example.com ${entry}`)
    expect(authorityOf(authorities, 'node1.example.com', 22)).toBe(2)
    expect(authorityOf(authorities, 'node1.example.org', 22)).toBeUndefined()
  })

  it.each([
    ['no host', entry, /no host name/],
    ['no key', 'node1', /has the form/],
    ['key cut off', `node1 ssh-ed25519 AAAA`, /not a ssh-ed25519 key/],
    ['key cut off behind its type', `node1 ssh-ed25519 ${blob.toString('base64').slice(0, 40)}`, /cut off/],
    ['last character gone', `node1 ssh-ed25519 ${blob.toString('base64').slice(0, -1)}`, /cut off/],
    ['ECDSA key cut off', `node1 ecdsa-sha2-nistp256 ${ecdsa.toString('base64').slice(0, 100)}`, /cut off/],
    ['RSA key cut off', `node1 ssh-rsa ${rsa.toString('base64').slice(0, 200)}`, /cut off/],
    ['revoked key cut off', `@revoked * ssh-ed25519 ${blob.toString('base64').slice(0, 60)}`, /cut off/],
    ['authority cut off', `@cert-authority * ssh-ed25519 ${blob.toString('base64').slice(0, 60)}`, /cut off/],
    [
      'a stranger in the key',
      `node1 ssh-ed25519 ${blob.toString('base64').replace(/.{30}$/, '…$&')}`,
      /cut off/,
    ],
    ['wrong type', `node1 ssh-rsa ${blob.toString('base64')}`, /not a ssh-rsa key/],
    ['unknown marker', `@trusted node1 ${entry}`, /unknown marker/],
    ['damaged hash', `|1|abc ${entry}`, /hashed host name is damaged/],
  ])('reports the line: %s', (_name, line, problem) => {
    const { entries, problems } = parseKnownHosts(`# first\n${line}\nnode9 ${entry}`)
    expect(problems).toEqual([{ line: 2, problem: expect.stringMatching(problem) as string }])
    expect(entries).toHaveLength(1)
  })
})

describe('against ssh-keygen', () => {
  let folder = ''
  let hashed = ''
  let printed = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'known-hosts-'))
    const file = join(folder, 'known_hosts')
    writeFileSync(file, `node1,[node2]:2222,fd00::1 ${entry}\n`)
    printed = execFileSync('ssh-keygen', ['-lf', file]).toString()
    execFileSync('ssh-keygen', ['-Hf', file], { stdio: 'ignore' })
    hashed = readFileSync(file, 'utf8')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('reads its hashed names', () => {
    expect(hashed).toMatch(/^\|1\|/)
    expect(verdictOf(hashed, 'node1')).toBe('known')
    expect(verdictOf(hashed, 'NODE2', 2222)).toBe('known')
    expect(verdictOf(hashed, 'fd00::1')).toBe('known')
    expect(verdictOf(hashed, 'node2')).toBe('unknown')
    expect(verdictOf(hashed, 'node1', 22, other)).toBe('mismatch')
  })

  it('prints the same fingerprint', () => {
    expect(printed).toContain(` ${fingerprintOf(blob)} `)
  })
})

describe('hostKeyAlgorithms', () => {
  it('asks for listed types first and for SHA-1 never', () => {
    const text = `node1 ${entry}\n${knownHostsLine('node2', 22, ecdsa)}`
    const typesOf = (host: string) =>
      hostKeyAlgorithms(knownKeyTypes(parseKnownHosts(text).entries, host, 22))
    expect(typesOf('node1')[0]).toBe('ssh-ed25519')
    expect(typesOf('node2')[0]).toBe('ecdsa-sha2-nistp256')
    expect(typesOf('node2')).toHaveLength(typesOf('node1').length)
    expect(hostKeyAlgorithms(['ssh-rsa']).slice(0, 2)).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
    expect(hostKeyAlgorithms(['ssh-rsa'])).not.toContain('ssh-rsa')
  })

  it('names keys of no known form by an empty type', () => {
    expect(nameOfKey(Buffer.from('no key')).type).toBe('')
  })
})
