/** What a process belongs to. */
export interface CgroupOwner {
  /** The innermost systemd service or scope of this host; empty where there is none. */
  readonly unit: string
  /** The container that it runs in, as its cgroup is called; absent where it runs in none. */
  readonly container?: string
}

/** Folders that container engines, the kubelet, lxc and systemd-nspawn make for what they run. */
const CONTAINER =
  /^(?:(?:docker|crio|cri-containerd|libpod|nerdctl)-.+\.scope|docker|containerd|lxc(?:\.payload)?(?:\..+)?|kubepods.*|libpod_parent|machine\.slice|machine-.+\.scope|systemd-nspawn@.+\.service)$/
const ENGINE = /^(?:docker|containerd|crio|lxc$|libpod_parent|machine\.slice|kubepods)/

/**
 * The owner of a process by its `/proc/PID/cgroup`, in the unified and in the older hierarchy. `root`: the same of the host's first
 * process, as a host may be a container itself: what lies outside of it is not of this host.
 */
export const cgroupOwner = (cgroup: string, root = ''): CgroupOwner => {
  const base = pathOf(root).replace(/\/(?:init\.scope)?$/, '')
  const path = pathOf(cgroup)
  const parts = (path.startsWith(`${base}/`) ? path.slice(base.length) : path)
    .split('/')
    .filter((part) => part !== '')
  const at = parts.findIndex((part) => CONTAINER.test(part))
  if (at >= 0) return { unit: '', container: containerIn(parts.slice(at)) }
  return { unit: parts.findLast((part) => /\.(?:service|scope)$/.test(part)) ?? '' }
}

/** Of `kubepods-burstable.slice/kubepods-...slice/cri-containerd-ID.scope` the last; of `lxc/101/system.slice/x.service` `lxc/101`. */
const containerIn = (parts: readonly string[]): string => {
  if (parts[0]?.startsWith('kubepods')) return `kubepods/${parts.at(-1)}`
  const named = parts.find((part) => CONTAINER.test(part) && !ENGINE.test(part))
  const scope = parts.find((part) => /\.(?:scope|service)$/.test(part) && CONTAINER.test(part))
  return scope ?? named ?? parts.slice(0, 2).join('/')
}

const pathOf = (cgroup: string): string => {
  const lines = cgroup.split('\n')
  const line =
    lines.find((candidate) => candidate.includes(':name=systemd:')) ??
    lines.find((candidate) => candidate.startsWith('0::')) ??
    ''
  return line.slice(line.lastIndexOf(':') + 1)
}
