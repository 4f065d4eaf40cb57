import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import type { Lab } from '../lab/lab.js'

/**
 * The floor: the same bytes and the same service start with the bare tools (OpenSSH, tar, systemctl, etcdctl), no check
 * of any kind. Nothing that is safe can be faster; what our checks cost is the ratio to it.
 */
export interface Floor {
  /** Uploads and unpacks the archive on all hosts at once; into the folder of the service's binaries where no other is given. */
  upload(archive: string, to?: string): Promise<void>
  /** Puts back the files that a deploy wrote (`keep` took them along) and starts all members at once. */
  start(): Promise<void>
  /** Takes along the files that a deploy wrote. */
  keep(): Promise<void>
  /** A login on every host at once: the least that any tool has to do. */
  login(): Promise<void>
  /** `systemctl restart` of one member after the other, each until it is ready; no look at the others in between. */
  restartInTurn(): Promise<void>
  /** Plain `etcdctl endpoint health` from host 1 to all endpoints, until it succeeds. */
  health(): Promise<void>
}

export const floorOf = (lab: Lab): Floor => {
  const ssh = (address: string, line: string, stdin: Stdin = { text: '' }): Promise<Buffer> =>
    command(
      'ssh',
      [
        ...['-i', lab.ssh.keyFile, '-o', `UserKnownHostsFile=${lab.ssh.knownHostsFile}`],
        ...['-o', 'BatchMode=yes', '-o', 'ControlPath=none', `root@${address}`, line],
      ],
      stdin,
    )
  const addresses = lab.hosts.slice(0, 3).map(({ address }) => address)
  const everywhere = async (line: string, stdin?: Stdin): Promise<void> => {
    await Promise.all(addresses.map((address) => ssh(address, line, stdin)))
  }
  const kept = new Map<string, string>()
  const tls = ['cacert=ca', 'cert=etcd', 'key=etcd-key'].map((pair) => {
    const [flag, file] = pair.split('=')
    return `--${flag}=/etc/kubernetes/ssl/${file}.pem`
  })
  const endpoints = addresses.map((address) => `https://${address}:2379`).join(',')

  return {
    upload: (archive, to = '/opt/kube/bin') =>
      everywhere(`mkdir -p ${to} && tar -xzf - -C ${to} --strip-components=1`, { file: archive }),
    keep: async () => {
      for (const address of addresses) {
        const files = 'etc/kubernetes/ssl etc/systemd/system/etcd.service'
        // A unit of a member that has its log refuses to found one.
        const found = 'sed -i /^AssertPathExists=/d /etc/systemd/system/etcd.service'
        const tar = await ssh(address, `${found} && tar -cf - -C / ${files} | base64 -w0`)
        kept.set(address, tar.toString('ascii'))
      }
    },
    start: async () => {
      await Promise.all(
        addresses.map((address) =>
          ssh(
            address,
            'base64 -d | tar -xpf - -C / && { id -u etcd >/dev/null 2>&1 || useradd -r etcd; } && ' +
              'chown etcd: /etc/kubernetes/ssl/etcd-key.pem && ' +
              'install -d -m 700 -o etcd -g etcd /var/lib/etcd && systemctl daemon-reload && systemctl start etcd',
            { text: kept.get(address) ?? '' },
          ),
        ),
      )
    },
    login: () => everywhere('true'),
    restartInTurn: async () => {
      for (const address of addresses) await ssh(address, 'systemctl restart etcd')
    },
    health: async () => {
      await ssh(
        addresses[0] ?? '',
        `until /opt/kube/bin/etcdctl --endpoints=${endpoints} ${tls.join(' ')} endpoint health; do :; done`,
      )
    },
  }
}

type Stdin = { readonly text: string } | { readonly file: string }

const command = (name: string, args: readonly string[], stdin: Stdin): Promise<Buffer> =>
  new Promise((done, failed) => {
    const child = spawn(name, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    child.on('close', (code) =>
      code === 0 ? done(Buffer.concat(out)) : failed(new Error(`${name} exited with ${code}: ${complaint}`)),
    )
    if ('file' in stdin) createReadStream(stdin.file).pipe(child.stdin)
    else child.stdin.end(stdin.text)
  })
