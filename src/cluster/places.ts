import type { Layout } from './desired.js'

/** Where systemd looks for units that an administrator wrote. */
export const UNIT_DIR = '/etc/systemd/system'

/** Our own notes on a host, one folder for each service. */
export const STATE_DIR = '/var/lib/etcd-deploy'

/** The store of unpacked releases inside `bin-dir`, on its file system so that switching is one rename. */
export const STORE = '.etcd'

/** Inside an unpacked release: what each binary was when it was checked. Lines `NAME SHA256 VERSION SIZE CTIME`. */
export const MANIFEST = '.manifest'

/** `NAME.service`. */
export const unitName = ({ serviceName }: Pick<Layout, 'serviceName'>): string => `${serviceName}.service`

/** `/etc/systemd/system/NAME.service`; `unitDir` where a test has its own. */
export const unitPath = (layout: Pick<Layout, 'serviceName'>, unitDir = UNIT_DIR): string =>
  `${unitDir}/${unitName(layout)}`

/** etcd's programs. */
export type Tool = 'etcd' | 'etcdctl' | 'etcdutl'

/** `BIN-DIR/etcd`: a link into the store, or a file that somebody else has put there. */
export const toolPath = ({ binDir }: Pick<Layout, 'binDir'>, tool: Tool): string => `${binDir}/${tool}`

/**
 * A folder inside `wal-dir`: etcd makes its first log in a folder beside the one it is told, then takes that one's place
 * (etcd server/storage/wal/wal.go Create, renameWAL), which the service user may do in a directory of its own only, and nobody
 * with a mount point. Empty where there is no `wal-dir`.
 */
export const walFolder = ({ walDir }: Pick<Layout, 'walDir'>): string =>
  walDir === '' ? '' : `${walDir}/wal`

/** Where a member keeps its log: `--wal-dir`, else its place in the data directory (etcd server/config/config.go, WALDir). */
export const logDirectory = (layout: Pick<Layout, 'dataDir' | 'walDir'>): string =>
  walFolder(layout) || `${layout.dataDir}/member/wal`

/** The note that a bootstrap was begun and not yet seen healthy. */
export const markerPath = (serviceName: string): string => `${STATE_DIR}/${serviceName}/bootstrap`

/** The certificate files of a layout, by the document's names. */
export const certificatePaths = ({
  caDir,
}: Pick<Layout, 'caDir'>): { readonly ca: string; readonly certificate: string; readonly key: string } => ({
  ca: `${caDir}/ca.pem`,
  certificate: `${caDir}/etcd.pem`,
  key: `${caDir}/etcd-key.pem`,
})

/** Name of a release in the store: its version, and which archive it came from. `sha256`: lower-case hex of the archive. */
export const releaseName = (version: string, sha256: string): string => `v${version}-${sha256.slice(0, 12)}`

/**
 * Start of the folder's name in which etcd judges a certificate. `/var/lib` is root's, and not in memory: etcd sets aside 128 MiB for a
 * log. One run at a time works on a service.
 */
export const SCRATCH = '/var/lib/.etcd-deploy-judge'
