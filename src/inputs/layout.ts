import type { Layout, Operation } from '../cluster/desired.js'
import { complete, type Form } from './form.js'
import { isInHome, placeProblem, type DirectoryInput } from './layout-rules.js'
import { parseServiceName, parseServiceUser } from './parse/name.js'
import { isWithin, parseDirectory } from './parse/path.js'

type Directories = Readonly<Record<DirectoryInput, string | undefined>>

/** Reads where things are on the hosts. */
export const readLayout = (form: Form, operation: Operation | undefined): Layout | undefined => {
  const directories: Directories = {
    'bin-dir': form.ask('bin-dir', parseDirectory),
    'ca-dir': form.ask('ca-dir', parseDirectory),
    'data-dir': form.ask('data-dir', parseDirectory),
    'wal-dir': form.askOr('wal-dir', parseDirectory, ''),
  }
  const given = Object.entries(directories).flatMap(([input, path]) =>
    path ? [{ input: input as DirectoryInput, path }] : [],
  )
  const note = (input: DirectoryInput, value: string, rule: string): void =>
    form.fault(input, { value, rule, example: EXAMPLES[input] })
  for (const { input, path } of given) {
    const rule = placeProblem(input, path)
    if (rule !== undefined) note(input, path, rule)
  }
  for (const [index, one] of given.entries()) {
    for (const other of given.slice(index + 1)) {
      if (one.path === other.path)
        note(other.input, other.path, `is ${one.input} as well; each has a directory of its own`)
    }
  }
  checkNesting(directories, note)
  const serviceUser = form.ask('service-user', parseServiceUser)
  if (operation !== 'health' && serviceUser !== 'root') checkLogInData(directories, note)
  for (const { input, path } of given) {
    if (form.text('hardening').toLowerCase() === 'true' && isInHome(path)) {
      form.warn(
        `${input} ${path} is in a home directory, so the unit leaves out the protection of home directories`,
      )
    }
  }
  return complete<Layout>({
    binDir: directories['bin-dir'],
    caDir: directories['ca-dir'],
    dataDir: directories['data-dir'],
    walDir: directories['wal-dir'],
    serviceName: form.ask('service-name', parseServiceName),
    serviceUser,
  })
}

const EXAMPLES: Readonly<Record<DirectoryInput, string>> = {
  'bin-dir': '/opt/kube/bin',
  'ca-dir': '/etc/kubernetes/ssl',
  'data-dir': '/var/lib/etcd',
  'wal-dir': '/var/lib/etcd-wal',
}

/** etcd expects its directories to itself: a foreign file in them makes it refuse to start, or is lost with a wipe. */
const checkNesting = (
  { 'data-dir': data, 'wal-dir': wal, 'bin-dir': bin, 'ca-dir': ca }: Directories,
  note: (input: DirectoryInput, value: string, rule: string) => void,
): void => {
  const inside = (path: string | undefined, directory: string | undefined): path is string =>
    Boolean(path) && Boolean(directory) && path !== directory && isWithin(path ?? '', directory ?? '')
  for (const [input, path] of [
    ['bin-dir', bin],
    ['ca-dir', ca],
  ] as const) {
    if (inside(path, data)) note(input, path, "lies inside data-dir, which is etcd's alone")
    if (inside(path, wal)) note(input, path, "lies inside wal-dir, which is etcd's alone")
  }
  if (inside(data, wal)) note('data-dir', data, "lies inside wal-dir, which is the write-ahead log's alone")
  if (wal && data && isOfEtcd(wal, data)) {
    note(
      'wal-dir',
      wal,
      'is where etcd keeps its own files; leave wal-dir out to have the log inside data-dir',
    )
  }
}

const isOfEtcd = (wal: string, data: string): boolean => isWithin(wal, `${data}/member`)

/**
 * data-dir belongs to etcd, who could put a link to any directory of the host in the place of one inside it, which root would then give
 * to etcd. Health changes nothing on a host, and takes a cluster as it is.
 */
const checkLogInData = (
  { 'data-dir': data, 'wal-dir': wal }: Directories,
  note: (input: DirectoryInput, value: string, rule: string) => void,
): void => {
  if (!wal || !data || wal === data || !isWithin(wal, data) || isOfEtcd(wal, data)) return
  note(
    'wal-dir',
    wal,
    'lies inside data-dir, where the service user could put a link in its place that root would follow; ' +
      'a cluster that runs so keeps running, and docs/troubleshooting.md says how to move its logs',
  )
}
