import { archOfMachine } from '../../etcd/release.js'
import type { Check, HostFinding } from './check.js'

const one = (problem: string, next: string): readonly HostFinding[] => [{ problem, next }]

/** All that we do with a service is said to systemd. */
export const init: Check = {
  name: 'init',
  stops: ['found', 'restart', 'correct'],
  find: ({ host }) =>
    host.init === 'systemd'
      ? []
      : one(`its init is ${host.init || 'unknown'}, not systemd`, 'use a host that is run by systemd'),
}

/** Only where a release has to be chosen: what runs already proves that there is one. */
export const machine: Check = {
  name: 'machine',
  stops: ['found', 'install'],
  find: ({ host }) =>
    hasRelease(host.machine)
      ? []
      : one(
          `is a ${host.machine || 'machine of unknown kind'}, which etcd has no release for`,
          'use a host of amd64, arm64, ppc64le or s390x',
        ),
}

/** systemd starts no masked unit, and enables none. */
export const masked: Check = {
  name: 'masked unit',
  stops: ['found', 'restart', 'correct'],
  find: ({ desired: { layout }, host: { service }, works }) =>
    service.loadState === 'masked'
      ? one(
          `${layout.serviceName}.service is masked`,
          `run systemctl unmask ${layout.serviceName} there${works.has('found') ? ', or choose another service-name' : ''}`,
        )
      : [],
}

const hasRelease = (name: string): boolean => {
  try {
    archOfMachine(name)
    return true
  } catch {
    return false
  }
}
