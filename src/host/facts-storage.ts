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

/** The mounts that were met, and the inodes and the space of all directories in \`"$@"\`, in the order of their \`dir\` lines. */
export const STORAGE = `while IFS= read -r line; do [ -z "$line" ] || say storage "$line"; done <<EOF
$(stat -f -c '%c %d %a %S' -- "$@" 2>/dev/null)
EOF
[ -z "$mounts" ] || while IFS= read -r line; do say mountinfo "$line"; done <<EOF
$(grep -E "^($mounts) " /proc/self/mountinfo 2>/dev/null)
EOF
`

type Rows = readonly (readonly string[])[]

export interface StorageRows {
  /** `mount`: label of a directory, mount id. */
  readonly mounts: Rows
  /** `mountinfo`: a line of /proc/self/mountinfo. */
  readonly lines: Rows
  /** `storage`: "INODES FREE-INODES FREE-BLOCKS BLOCK-BYTES", as many as there are labels; free for everybody, as df tells it. */
  readonly storage: Rows
  /** Labels in the order of the script. */
  readonly labels: readonly string[]
}

/** What is known of the storage below each label. */
export type Storage = ReadonlyMap<string, Space & Pick<DirectoryFact, 'mount'>>

type Space = Partial<Pick<DirectoryFact, 'availableInodes' | 'availableBytes'>>

/** Reads the rows of the two snippets. What the host did not tell, or told otherwise than Linux does, is left out. */
export const storageOf = ({ mounts, lines, storage, labels }: StorageRows): Storage => {
  const known = new Map(
    lines.flatMap(([line = '']) => {
      const mount = mountIn(line)
      return mount === undefined ? [] : [mount]
    }),
  )
  const idOf = new Map(mounts.map(([label, id]) => [label, id]))
  const counted = storage.length === labels.length
  return new Map(
    labels.map((label, index) => {
      const mount = known.get(idOf.get(label) ?? '')
      const free = counted ? freeOf(storage[index]?.[0] ?? '') : {}
      return [label, { ...free, ...(mount === undefined ? {} : { mount }) }]
    }),
  )
}

/** File systems that make inodes as they are needed (btrfs, some network ones) tell a total of 0. */
const freeOf = (text: string): Space => {
  const [, inodes, freeInodes, blocks, bytes] =
    /^(\d{1,20}) (\d{1,20}) (\d{1,20}) (\d{1,20})$/.exec(text) ?? []
  if (inodes === undefined) return {}
  return {
    availableBytes: Number(blocks) * Number(bytes),
    ...(Number(inodes) === 0 ? {} : { availableInodes: Number(freeInodes) }),
  }
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
