import type { Layout } from '../cluster/desired.js'
import { certificatePaths, STATE_DIR, UNIT_DIR, unitPath } from '../cluster/places.js'

/** Folders that are the same on every host, so that a test can have its own. */
export interface Roots {
  readonly stateDir: string
  readonly unitDir: string
}

export const ROOTS: Roots = { stateDir: STATE_DIR, unitDir: UNIT_DIR }

/** A file that a roll may replace. */
export interface RolledFile {
  /** What its copies are called in `next/` and `previous/`. */
  readonly name: 'unit' | 'ca.pem' | 'etcd-key.pem' | 'etcd.pem'
  readonly path: string
  /** Octal: "644". */
  readonly mode: string
  readonly owner: string
}

/** Where the change of a member is prepared, kept and confirmed: `next/`, `previous/` and `outcome` are in it. */
export const rollState = ({ serviceName }: Pick<Layout, 'serviceName'>, { stateDir } = ROOTS): string =>
  `${stateDir}/${serviceName}`

/** The files of a member, in the order they are put in place: key and certificate back to back, as etcd reads both at each handshake. */
export const rolledFiles = (layout: Layout, { unitDir } = ROOTS): readonly RolledFile[] => {
  const { ca, certificate, key } = certificatePaths(layout)
  return [
    { name: 'unit', path: unitPath(layout, unitDir), mode: '644', owner: 'root' },
    { name: 'ca.pem', path: ca, mode: '644', owner: 'root' },
    { name: 'etcd-key.pem', path: key, mode: '600', owner: layout.serviceUser },
    { name: 'etcd.pem', path: certificate, mode: '644', owner: 'root' },
  ]
}
