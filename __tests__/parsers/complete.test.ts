import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PARSERS } from './registry.js'
import { readersIn, signsIn } from './readers.js'

const SRC = join(import.meta.dirname, '../../src')

/** Files that are seen to read text and are not in the registry, each with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'apply/ssh/prove-pair.ts': 'a serial number that node:crypto has read',
  'etcd/flag-judgements.ts': 'the value of a flag, anchored, one run',
  'etcd/judge-flag.ts': 'the beginning of a flag of the inputs, anchored',
  'etcd/flags.ts': 'flags and addresses that the inputs have let pass',
  'etcd/member-id.ts': 'a digest of our own making',
  'host/audit.ts': 'a line of our own making',
  'host/files.ts': 'paths of our own making',
  'host/lock.ts': 'who holds the lock: its script cuts that off after 4096 bytes',
  'host/public-file.ts': 'it runs a command, whose answer is bounded and goes on as it is',
  'host/reach.ts': 'the first line of what timeout says: what stands between two colons is gone over once',
  'inputs/help.ts': 'our own action.yml',
  'inputs/source.ts': 'names of variables of the runner, each anchored',
  'observe/gateway-writer.ts': 'the field of an answer, anchored, one run of digits',
  'pki/problem.ts': 'a date of our own making',
  'plan/certificates.ts': 'a serial number that node:crypto has read',
  'plan/change/links.ts': 'the port of a peer URL: what stands between two colons is gone over once',
  'plan/found/advice.ts': 'a path, anchored, one run',
  'plan/environment/start.ts': 'words of an argv, anchored, one run up to the first =',
  'runner/digest.ts': 'the first 64 bytes of a file',
  'runner/download.ts': 'a header, which Node.js bounds at 16 KiB',
  'ssh/login-proof.ts':
    'what was said outside of the frames, of which 8 KiB are kept; each gap in a pattern is bounded',
  'ssh/served-certificate.ts': 'a serial number that node:tls has read, and its own messages',
  'ssh/transcript.ts': 'arguments of our own commands, each anchored',
  'ssh/trusted-server.ts': "messages of node:tls's own",
}

const READERS = readersIn(SRC)
const KNOWN = new Set(PARSERS.flatMap(({ files }) => files))

describe('the registry of readers', () => {
  it('has every file that reads text of any length', () => {
    const missing = READERS.filter(({ file }) => !KNOWN.has(file) && !Object.hasOwn(EXCEPTIONS, file))
    expect(missing).toEqual([])
  })

  it('names no file that is not there, and excepts none that it has or that reads nothing', () => {
    const all = new Set(readersIn(SRC).map(({ file }) => file))
    expect(Object.keys(EXCEPTIONS).filter((file) => KNOWN.has(file) || !all.has(file))).toEqual([])
  })

  it('has each name once, with samples', () => {
    const names = PARSERS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(PARSERS.filter(({ samples }) => samples.length === 0 || samples.includes(''))).toEqual([])
  })
})

describe('a reader is seen', () => {
  it.each([
    ['by a pattern that repeats', 'const x = (t: string) => /a+b/.test(t)', ['/a+b/']],
    ['by a pattern that is put together', 'new RegExp(x)', ['new RegExp(x)']],
    ['by JSON.parse', 'const y = JSON.parse(t)', ['JSON.parse']],
    ['by its name', 'export const parseThis = (text: string): string => text', ['parseThis']],
    ['and not where it looks at some characters alone', 'const x = /^[a*]b\\+c?d{1,3}$/.test(t)', []],
  ])('%s', (_, text, signs) => expect(signsIn(text)).toEqual(signs))
})
