import type { Layout } from '../cluster/desired.js'

/** Where systemd looks for units that an administrator wrote. */
export const UNIT_DIR = '/etc/systemd/system'

/** Our own notes on a host, one folder for each service. */
export const STATE_DIR = '/var/lib/etcd-deploy'

/** The store of unpacked releases inside `bin-dir`, on its file system so that switching is one rename. */
export const STORE = '.etcd'

/** Inside an unpacked release: what each binary was when it was checked. Lines `NAME SHA256 VERSION SIZE CTIME`. */
export const MANIFEST = '.manifest'

/** `/etc/systemd/system/NAME.service`. */
export const unitPath = (serviceName: string): string => `${UNIT_DIR}/${serviceName}.service`

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
