import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteArgument, quoteProgram, quoteWord } from '../../src/etcd/exec-line.js'
import { parseExecStart } from '../../src/etcd/parse-unit.js'

/** Any text a command line can hold: no NUL. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', "'", '\\', '$', '%', ';', '#', ' ', '\n', '\t', '=', '{', '}', 'a', 'x', '0'),
  }),
)
const argument = text.filter((value) => !value.includes('\0'))

const unitOf = (argv: readonly string[]) => {
  const [program = '', ...rest] = argv
  const words = [quoteProgram(program), ...rest.map(quoteArgument)]
  return `[Unit]\nDescription=x\n\n[Service]\nExecStart=${words.join(' \\\n  ')}\nRestart=always\n`
}

describe('quoteArgument', () => {
  it.each([
    ['--name=etcd-10.0.0.1', '--name=etcd-10.0.0.1'],
    ['--listen=https://[::1]:2379', '--listen=https://[::1]:2379'],
    ['', '""'],
    ['a b', '"a b"'],
    ['100%', '"100%%"'],
    ['$HOME', '"$$HOME"'],
    ['say "no"', '"say \\"no\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ["it's", '"it\'s"'],
    ['two\nlines', '"two\\x0alines"'],
    [';', '";"'],
    ['#', '"#"'],
  ])('%j is written %s', (value, quoted) => expect(quoteArgument(value)).toBe(quoted))

  it('leaves $ alone where systemd replaces no variables', () =>
    expect(quoteWord('/srv/$x')).toBe('"/srv/$x"'))

  it('is read back as it was, whatever it is', () =>
    fc.assert(
      fc.property(argument, fc.array(argument, { maxLength: 6 }), (program, rest) => {
        const argv = [`/${program}`, ...rest]
        expect(parseExecStart(unitOf(argv))).toEqual(argv)
      }),
      { numRuns: 2000 },
    ))

  it('never opens a line of its own, a comment or a specifier', () =>
    fc.assert(
      fc.property(argument, (value) => {
        const quoted = quoteArgument(value)
        expect(quoted).not.toMatch(/[\n\r\0]/)
        expect(quoted).not.toMatch(/^[#;]/)
        expect(quoted.replaceAll('%%', '')).not.toContain('%')
        expect(quoted.replaceAll('$$', '')).not.toContain('$')
      }),
    ))
})
