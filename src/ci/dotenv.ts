/** How a line of a dotenv file is read: by a shell, or with everything behind the `=` taken as it is. */
export interface DotenvForm {
  readonly quote: (value: string) => string
  /** What the whole file may have, in bytes. */
  readonly mostBytes: number
}

/** For `. ./etcd-deploy.env` in a shell. */
export const SHELL: DotenvForm = {
  quote: (value) => (/^[\w.:/@%+,-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`),
  mostBytes: Infinity,
}

/** For GitLab, which knows no quotes and refuses a larger file (https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv). */
export const GITLAB: DotenvForm = { quote: (value) => value, mostBytes: 5 * 1024 }

/** Not the prefix of inputs: an output that a later job inherits must not become one of its inputs. */
const PREFIX = 'ETCD_DEPLOY_OUTPUT_'

/**
 * Outputs as lines `ETCD_DEPLOY_OUTPUT_NAME=value`, each on one line. Where they are too much for the form, the longest are
 * emptied until the others fit; their names are in `leftOut`.
 */
export const dotenv = (
  outputs: ReadonlyMap<string, string>,
  { quote, mostBytes }: DotenvForm,
): { readonly text: string; readonly leftOut: readonly string[] } => {
  const lines = new Map([...outputs].map(([name, value]) => [name, lineOf(name, quote(oneLine(value)))]))
  const leftOut: string[] = []
  const byLength = [...lines.keys()].sort((a, b) => bytes(lines.get(b)) - bytes(lines.get(a)))
  let total = [...lines.values()].reduce((sum, line) => sum + bytes(line), 0)
  for (const name of byLength) {
    if (total <= mostBytes) break
    total -= bytes(lines.get(name)) - bytes(lineOf(name, ''))
    lines.set(name, lineOf(name, ''))
    leftOut.push(name)
  }
  return { text: [...lines.values()].join(''), leftOut }
}

const lineOf = (name: string, value: string): string =>
  `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}=${value}\n`

const bytes = (line = ''): number => Buffer.byteLength(line)

/** Line ends and other control characters have no place in such a file, in whatever quotes. */
const oneLine = (value: string): string => value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
