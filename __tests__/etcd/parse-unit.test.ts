import { describe, expect, it } from 'vitest'
import { parseExecStart, parseUnit } from '../../src/etcd/parse-unit.js'

describe('parseExecStart reads what others wrote', () => {
  const service = (...lines: string[]) =>
    ['[Unit]', 'ExecStart=/not/this', '[Service]', ...lines, ''].join('\n')

  it.each([
    {
      title: 'one line',
      unit: service('ExecStart=/usr/bin/etcd --name=a'),
      argv: ['/usr/bin/etcd', '--name=a'],
    },
    {
      title: 'continued lines with a comment between them',
      unit: service(
        'ExecStart=/usr/bin/etcd \\',
        '# --name=b \\',
        '  --name=a \\',
        '\t--x=y',
        'Restart=always',
      ),
      argv: ['/usr/bin/etcd', '--name=a', '--x=y'],
    },
    { title: 'Windows line ends', unit: service('ExecStart=/e \\\r', ' --a\r'), argv: ['/e', '--a'] },
    { title: 'prefixes of the program', unit: service('ExecStart=-+/usr/bin/etcd'), argv: ['/usr/bin/etcd'] },
    {
      title: 'both quotes, escapes and quotes inside a word',
      unit: service(String.raw`ExecStart=/e 'a "b' "c\x20d" --name="x y" \101\u00e9 e\sf`),
      argv: ['/e', 'a "b', 'c d', '--name=x y', 'Aé', 'e f'],
    },
    {
      title: 'specifiers and variables it cannot know',
      unit: service('ExecStart=/e --name=%H $OPTS 5%% $$5'),
      argv: ['/e', '--name=%H', '$OPTS', '5%', '$5'],
    },
    {
      title: 'an empty assignment that forgets',
      unit: service('ExecStart=/a', 'ExecStart=', 'ExecStart=/b'),
      argv: ['/b'],
    },
    { title: 'an empty argument', unit: service('ExecStart=/e "" --a'), argv: ['/e', '', '--a'] },
    { title: 'none', unit: service('Type=notify'), argv: undefined },
    { title: 'no text', unit: '', argv: undefined },
  ])('$title', ({ unit, argv }) => expect(parseExecStart(unit)).toEqual(argv))
})

describe('parseUnit', () => {
  it('gives sections, keys and values in order, repeated keys too', () =>
    expect(parseUnit('; c\n[Unit]\nAfter=a\n After = b \n\n[Service]\nType=notify\nbroken\n')).toEqual([
      { section: 'Unit', key: 'After', value: 'a' },
      { section: 'Unit', key: 'After', value: 'b' },
      { section: 'Service', key: 'Type', value: 'notify' },
    ]))
})
