import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { PRIVATE_WAY } from '../../src/host/private-way.js'
import { localSession, SHELLS } from './local-session.js'
import { ownFolder } from './own-folder.js'

/** A user that every system has and that is not root. */
const SOMEBODY = 1
let folder: string

beforeEach(() => {
  folder = ownFolder('ways of ')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (...names: readonly string[]): string => join(folder, ...names)
const make = (name: string, mode = 0o755, owner?: number): string => {
  mkdirSync(at(name), { recursive: true })
  chmodSync(at(name), mode)
  if (owner !== undefined) chownSync(at(name), owner, owner)
  return at(name)
}

const SCRIPT = `set -eu
${PRIVATE_WAY}
ended=0
"$1" "$2" || ended=$?
printf '%s %s %s' "$ended" "$PWD" "$([ "$ended" -eq 29 ] && echo "$exposed $openness" || echo "\${last-}")"
`

describe.each(SHELLS)('a way under $name', ({ argv }) => {
  const go = async (how: 'approach' | 'enter', path: string): Promise<string> => {
    const { stdout, stderr } = await localSession(argv).run({
      label: how,
      script: SCRIPT,
      args: [how, path],
      timeoutMs: 20_000,
    })
    return (stdout + stderr).replaceAll(folder, '~')
  }

  test.skipIf(process.getuid?.() !== 0)(
    'is looked at ahead as it is written, and nothing else is',
    async () => {
      for (const name of ['a/b', 'blank ', 'a/blank', 'open', 'open/in'])
        make(name, name === 'open' ? 0o777 : 0o755)
      make('theirs', 0o755, SOMEBODY)
      symlinkSync(at('a'), at('link'))
      const { stdout } = await localSession(argv).run({
        label: 'ahead',
        script: `set -eu\n${PRIVATE_WAY}\nahead "$@"\nprintf '%s\\n' "$private_ways"`,
        args: [
          at('a/b'),
          at('blank '),
          at('link'),
          at('open/in'),
          at('theirs'),
          '/x///etc',
          `${at('a')}///blank`,
          at('none'),
        ],
        timeoutMs: 20_000,
      })
      const isMarked = (way: string): boolean => stdout.includes(`//${way}//`)
      expect(['a', 'a/b', 'blank ', 'open/in'].filter((name) => !isMarked(at(name)))).toEqual([])
      expect(['blank', 'link', 'open', 'theirs', 'none'].filter((name) => isMarked(at(name)))).toEqual([])
      expect(stdout).not.toContain('///etc//')
      expect(stdout).not.toContain('///blank//')
    },
  )

  test.skipIf(process.getuid?.() !== 0)(
    'begins at a / that is looked at, whatever was found below it',
    async () => {
      for (const name of ['a', 'b']) make(name)
      const { stdout } = await localSession(argv).run({
        label: 'ahead',
        // As if everybody could write to /, and nobody to what is below.
        script: `set -eu
stat() { command stat "$@" | sed 's,^\\(0 d[^ ]* \\)[0-9]* //$,\\1777 //,; s,^0 755$,0 777,'; }
${PRIVATE_WAY}
cd /
ahead "$@"
private && echo private || echo exposed $exposed`,
        args: [at('a'), at('b')],
        timeoutMs: 20_000,
      })
      expect(stdout).toBe('exposed /\n')
    },
  )

  test('that is private is gone to its end, or to the folder of its end', async () => {
    make('a/b')
    expect(await go('enter', at('a/b'))).toBe('0 ~/a/b b')
    expect(await go('approach', at('a/b'))).toBe('0 ~/a b')
    expect(await go('approach', at('a/b/'))).toBe('0 ~/a b')
    expect(await go('approach', at('a/b/new'))).toBe('0 ~/a/b new')
    expect(await go('enter', '/')).toBe('0 / .')
  })

  test.each([
    ['beside it', 'b'],
    ['with dots in it', '.././a/../a//b'],
    ['to another link', 'again'],
  ])('goes through a link %s', async (_name, target) => {
    make('a/b')
    symlinkSync('./b/', at('a/again'))
    symlinkSync(target, at('a/link'))
    expect(await go('enter', at('a/link'))).toBe('0 ~/a/b b')
    expect(await go('approach', at('a/link'))).toBe('0 ~/a b')
    expect(await go('approach', at('a/link/new'))).toBe('0 ~/a/b new')
  })

  test('goes through a link from the root of the file system', async () => {
    make('a/b')
    symlinkSync(at('a'), at('link'))
    expect(await go('enter', at('link/b'))).toBe('0 ~/a/b b')
  })

  test.each([
    ['a directory that is not there', 'gone/x'],
    ['a file in its place', 'file/x'],
    ['links in a circle', 'circle/x'],
    ['a link to nowhere', 'nowhere/x'],
  ])('ends at %s', async (_name, path) => {
    writeFileSync(at('file'), '')
    symlinkSync('circle', at('circle'))
    symlinkSync('nothing', at('nowhere'))
    expect(await go('approach', at(path))).toMatch(/^28 /)
  })

  test.each<[string, number]>([
    ['its group', 0o775],
    ['everybody', 0o757],
    ['everybody, with the sticky bit', 0o1777],
    ['its group, with the set-group bit', 0o2775],
    ['its group, and nobody else at all', 0o720],
  ])('is refused where %s may write', async (_name, mode) => {
    make('a/b/c')
    make('a', mode)
    expect(await go('enter', at('a/b/c'))).toMatch(/^29 ~\/a ~\/a d[rwxsStT-]{9}, owner \S+$/)
    expect(await go('approach', at('a/b'))).toMatch(/^29 ~\/a ~\/a /)
    expect(await go('enter', at('a'))).toMatch(/^29 ~\/a ~\/a /)
    // Its own mode says nothing of who may exchange it.
    expect(await go('approach', at('a'))).toBe('0 ~ a')
  })

  describe.skipIf(process.getuid?.() !== 0)('that somebody else owns', () => {
    it('is refused at the directory, however closed that is', async () => {
      make('a/b')
      make('a', 0o500, SOMEBODY)
      expect(await go('enter', at('a/b'))).toMatch(/^29 ~\/a ~\/a dr-x------, owner daemon$/)
    })

    it('is refused before a link in it is followed, wherever it leads', async () => {
      make('mine/b')
      make('a', 0o755, SOMEBODY)
      symlinkSync('../mine', at('a/link'))
      expect(await go('enter', at('a/link/b'))).toMatch(/^29 ~\/a /)
      expect(await go('approach', at('a/link'))).toMatch(/^29 ~\/a /)
    })

    it('is refused behind a link of root', async () => {
      make('a/b')
      make('a', 0o755, SOMEBODY)
      symlinkSync('a/b', at('link'))
      expect(await go('enter', at('link'))).toMatch(/^29 ~\/a /)
    })

    it('is refused where a link leads through it and back out again', async () => {
      make('mine')
      make('a', 0o755, SOMEBODY)
      symlinkSync('a/../mine', at('link'))
      expect(await go('enter', at('link'))).toMatch(/^29 ~\/a /)
    })
  })
})
