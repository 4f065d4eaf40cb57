import { isWithin } from './parse/path.js'

export type DirectoryInput = 'bin-dir' | 'ca-dir' | 'data-dir' | 'wal-dir'
/** Directories that snapshots are kept in follow the same rules. */
export type PlaceInput = DirectoryInput | 'snapshot-dir'

const LOST_AT_REBOOT = 'which does not survive a reboot'
const NO_FILES = 'which is no place for files'

/** Directories in which nothing of ours can be, with the reason. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  '/tmp': LOST_AT_REBOOT,
  '/run': LOST_AT_REBOOT,
  '/var/run': LOST_AT_REBOOT,
  '/var/tmp': 'where old files are deleted',
  '/dev': NO_FILES,
  '/proc': NO_FILES,
  '/sys': NO_FILES,
  '/boot': 'which belongs to the boot loader',
  '/lost+found': NO_FILES,
}

/** Directories that belong to the host's packages. */
const OF_THE_SYSTEM = ['/etc', '/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
const OF_PACKAGES = [
  '/usr/bin',
  '/usr/sbin',
  '/bin',
  '/sbin',
  '/usr/lib',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
]

/** Directories that others share: etcd's own get mode 0700 and another owner, which would lock everybody else out. */
const SHARED = [
  ...['/home', '/media', '/mnt', '/opt', '/root', '/srv', '/var', '/snap', '/usr/local'],
  ...[
    '/var/lib',
    '/var/log',
    '/var/cache',
    '/var/spool',
    '/var/opt',
    '/var/backups',
    '/var/local',
    '/var/mail',
  ],
]

/** Why a directory cannot be where it is asked for; a clause that follows the path. undefined: it can. */
export const placeProblem = (input: PlaceInput, path: string): string | undefined => {
  for (const [directory, reason] of Object.entries(FORBIDDEN)) {
    if (isWithin(path, directory)) return `is in ${directory}, ${reason}`
  }
  if (SHARED.includes(path) || OF_THE_SYSTEM.includes(path)) {
    return 'is a directory that others use; give etcd one of its own below it or elsewhere'
  }
  const holdsData = input === 'data-dir' || input === 'wal-dir' || input === 'snapshot-dir'
  const system = (holdsData ? OF_THE_SYSTEM : OF_PACKAGES).find((directory) => isWithin(path, directory))
  if (system !== undefined) return `is in ${system}, which belongs to the operating system`
  return undefined
}

/** Where the hardened unit would see nothing (systemd.exec(5), ProtectHome=) if it kept that line. */
export const isInHome = (path: string): boolean => ['/home', '/root'].some((home) => isWithin(path, home))
