import { describe, expect, it } from 'vitest'
import { cgroupOwner } from '../../src/host/cgroup-owner.js'

describe('cgroupOwner', () => {
  const units: readonly [name: string, cgroup: string, unit: string][] = [
    ['unified', '0::/system.slice/etcd.service\n', 'etcd.service'],
    ['older', '4:memory:/x.scope\n1:name=systemd:/system.slice/my-etcd.service\n0::/\n', 'my-etcd.service'],
    ['a template', '0::/system.slice/system-etcd.slice/etcd@main.service\n', 'etcd@main.service'],
    ['a login', '0::/user.slice/user-0.slice/session-3.scope\n', 'session-3.scope'],
    ['none', '0::/\n', ''],
    ['nothing', '', ''],
  ]
  it.each(units)('a unit: %s', (_, cgroup, unit) => expect(cgroupOwner(cgroup)).toEqual({ unit }))

  const containers: readonly [name: string, cgroup: string, container: string][] = [
    [
      'the kubelet with systemd',
      '0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-abc.scope\n',
      'kubepods/cri-containerd-abc.scope',
    ],
    ['the kubelet without', '1:name=systemd:/kubepods/burstable/pod1/abc\n', 'kubepods/abc'],
    ['docker with systemd', '0::/system.slice/docker-abc.scope\n', 'docker-abc.scope'],
    ['docker without', '1:name=systemd:/docker/abc\n', 'docker/abc'],
    [
      'containerd',
      '0::/system.slice/containerd.service/../cri-containerd-abc.scope\n',
      'cri-containerd-abc.scope',
    ],
    ['CRI-O', '0::/kubepods.slice/kubepods-pod1.slice/crio-abc.scope\n', 'kubepods/crio-abc.scope'],
    ['podman', '0::/machine.slice/libpod-123.scope/container\n', 'libpod-123.scope'],
    [
      'lxc, whose systemd has a unit of our name',
      '0::/lxc.payload.web/system.slice/etcd.service\n',
      'lxc.payload.web',
    ],
    [
      'nspawn, whose systemd has a unit of our name',
      '0::/machine.slice/systemd-nspawn@web.service/payload/system.slice/etcd.service\n',
      'systemd-nspawn@web.service',
    ],
  ]
  it.each(containers)('a container: %s', (_, cgroup, container) =>
    expect(cgroupOwner(cgroup)).toEqual({ unit: '', container }),
  )

  it.each([
    ['/lxc/101/init.scope', '/lxc/101/system.slice/etcd.service', { unit: 'etcd.service' }],
    ['/lxc.payload.101', '/lxc.payload.101/system.slice/etcd.service', { unit: 'etcd.service' }],
    ['/lxc/101/init.scope', '/lxc/101/docker/abc', { unit: '', container: 'docker/abc' }],
    ['/init.scope', '/system.slice/etcd.service', { unit: 'etcd.service' }],
  ])('a host that is a container itself: first %s, etcd %s', (root, cgroup, owner) => {
    expect(cgroupOwner(`1:name=systemd:${cgroup}\n`, `1:name=systemd:${root}\n`)).toEqual(owner)
  })
})
