import type { MountFact } from '../cluster/host-facts.js'
import type { DirectoryFact } from '../cluster/observed.js'

/**
 * For the facts script: `mount_of LABEL` on descriptor 9, a directory, says which mount it is on, by the kernel's own word, as neither
 * paths nor device numbers tell a bind mount (proc(5), /proc/PID/fdinfo: mnt_id).
 */
export const MOUNT_OF = `mount_of() {
  while read -r key id; do
    [ "$key" != mnt_id: ] || { say mount "$1" "$id" && mounts="$mounts\${mounts:+|}$id"; }
  done </proc/self/fdinfo/9
} 2>/dev/null
`

/** The mounts that were met, and the inodes of all directories in \`"$@"\`, in the order of their \`dir\` lines. */
export const STORAGE = `stat -f -c '%c %d' -- "$@" 2>/dev/null | while IFS= read -r line; do say inodes "$line"; done
[ -z "$mounts" ] || grep -E "^($mounts) " /proc/self/mountinfo 2>/dev/null |
  while IFS= read -r line; do say mountinfo "$line"; done
`

type Rows = readonly (readonly string[])[]

export interface StorageRows {
  /** `mount`: label of a directory, mount id. */
  readonly mounts: Rows
  /** `mountinfo`: a line of /proc/self/mountinfo. */
  readonly lines: Rows
  /** `inodes`: "TOTAL FREE", as many as there are labels. */
  readonly inodes: Rows
  /** Labels in the order of the script. */
  readonly labels: readonly string[]
}

/** What is known of the storage below each label. */
export type Storage = ReadonlyMap<string, Pick<DirectoryFact, 'availableInodes' | 'mount'>>

/** Reads the rows of the two snippets. What the host did not tell, or told otherwise than Linux does, is left out. */
export const storageOf = ({ mounts, lines, inodes, labels }: StorageRows): Storage => {
  const known = new Map(
    lines.flatMap(([line = '']) => {
      const mount = mountIn(line)
      return mount === undefined ? [] : [mount]
    }),
  )
  const idOf = new Map(mounts.map(([label, id]) => [label, id]))
  const counted = inodes.length === labels.length
  return new Map(
    labels.map((label, index) => {
      const mount = known.get(idOf.get(label) ?? '')
      const free = counted ? freeInodes(inodes[index]?.[0] ?? '') : undefined
      return [
        label,
        {
          ...(free === undefined ? {} : { availableInodes: free }),
          ...(mount === undefined ? {} : { mount }),
        },
      ]
    }),
  )
}

/** File systems that make inodes as they are needed (btrfs, some network ones) tell a total of 0. */
const freeInodes = (text: string): number | undefined => {
  const [, total, free] = /^(\d{1,20}) (\d{1,20})$/.exec(text) ?? []
  return total === undefined || Number(total) === 0 ? undefined : Number(free)
}

/** `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw,errors=continue` (proc(5)). */
const mountIn = (line: string): readonly [id: string, mount: MountFact] | undefined => {
  const fields = line.split(' ')
  const [id = '', , device = '', , point = '', options = ''] = fields
  const dash = fields.indexOf('-', 6)
  const type = fields[dash + 1] ?? ''
  if (!/^\d+$/.test(id) || !/^\d+:\d+$/.test(device) || dash < 0 || type === '') return undefined
  return [id, { device, point: unescaped(point), type, noexec: options.split(',').includes('noexec') }]
}

/** The kernel writes blanks, tabs, line ends and backslashes as three octal digits. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
