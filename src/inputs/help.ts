import action from './action.json'
import { HIDDEN_INPUTS, type InputName, variableOf } from './table.js'

const WIDTH = 100
const INDENT = 6

/** What `--help` prints: how to call us, then every input in the groups and words of action.yml. */
export const helpText = (): string => {
  const groups = new Map<string, typeof action.inputs>()
  for (const input of action.inputs) groups.set(input.group, [...(groups.get(input.group) ?? []), input])
  const inputs = [...groups].flatMap(([title, list]) => ['', `${title}:`, ...list.flatMap(inputLines)])
  return [...intro(), ...inputs, ''].join('\n')
}

const intro = (): readonly string[] => [
  ...wrapped(action.description, 0),
  '',
  'Usage: etcd-deploy --operation health --hosts 192.168.1.1,192.168.1.2,192.168.1.3 --ssh-known-hosts @known_hosts',
  '       etcd-deploy --help | --version',
  '',
  ...wrapped(
    `Every input below is a flag, --name=VALUE or --name VALUE; --name=@FILE takes the text of a file, and a flag given twice makes a list. ` +
      `It may come from a variable instead: ${variableOf('ssh-port')} is --ssh-port. ` +
      `Secrets must: ${[...HIDDEN_INPUTS].map((name) => variableOf(name)).join(', ')}, or @FILE.`,
    0,
  ),
  '',
  ...wrapped(
    'Results: etcd-deploy.env (outputs, for a shell), etcd-deploy-summary.md, etcd-deploy-junit.xml and a JSON report, in the current ' +
      'folder or in ETCD_DEPLOY_RESULTS_DIR. ETCD_DEPLOY_DEBUG=true prints more.',
    0,
  ),
  '',
  'Exit status: 0 when all is done and healthy, 1 when not, 2 when an input is not right.',
]

const inputLines = ({
  name,
  description,
  default: text,
}: (typeof action.inputs)[number]): readonly string[] => {
  const note = HIDDEN_INPUTS.has(name as InputName) ? '@FILE' : 'VALUE'
  return [
    `  --${name} ${note}${text === undefined ? '' : `   (default: ${text})`}`,
    ...wrapped(description.replaceAll('`', ''), INDENT),
  ]
}

const wrapped = (text: string, indent: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each)
}
