import type { Lab } from '../../lab/lab.js'
import { VERSION } from './lab.js'
import { foreignCertificate } from './openssl.js'
import { HOSTS } from './roll-faults.js'

/** Where of a roll a member fails: with nobody rolled, between two others, with nobody left. */
export type Place = 'first' | 'middle' | 'last'

/** Why a member cannot start as asked, though all was well when it was prepared. */
export interface Cause {
  readonly name: string
  /** What the roll is to change, of a cluster that runs what the cause before it has left. */
  readonly change: Readonly<Record<string, string>>
  /** What the failure says of it. */
  readonly says: Readonly<Record<Place, RegExp>>
  /** The member is in the same trouble when it is put back. */
  readonly stays?: true
  /** Done on a host before anything is wrong. */
  readonly prepare?: (lab: Lab, host: number) => Promise<unknown>
  /** Shell line for the host, a moment before the member's turn. */
  readonly breaks: (place: Place) => string
  /** Shell line for the host that takes the cause away. */
  readonly cure: string
}

/**
 * Lets `line` happen on the host as root when etcd is started next, once: between the moment when everything was checked and that
 * when etcd looks, which is where trouble of this kind cannot be seen before.
 */
const atNextStart = (line: string): string => {
  const folder = '/run/systemd/system/etcd.service.d'
  const script = Buffer.from(`rm ${folder}/lab.conf\n${line}\n`).toString('base64')
  return (
    `echo ${script} | base64 -d >/run/at-start; mkdir -p ${folder}; ` +
    `printf "[Service]\\nExecStartPre=+/bin/sh -e /run/at-start\\n" >${folder}/lab.conf`
  )
}

const replaceBinary = (script: string): string =>
  atNextStart(
    `cd /opt/kube/bin/.etcd/v${VERSION}-*\nprintf '%s\\n' '#!/bin/sh' '${script}' >etcd.new\nchmod 755 etcd.new\nmv etcd.new etcd`,
  )

const putForeign = async (lab: Lab, host: number): Promise<void> => {
  const { certificate, key } = await foreignCertificate(lab.hosts[host - 1]!.address)
  await lab.on(
    host,
    `cat >/run/foreign.pem <<PEM\n${certificate}PEM\ncat >/run/foreign-key.pem <<PEM\n${key}PEM\n`,
  )
}
const PKI = '/etc/kubernetes/ssl'
const FOREIGN_KEY = `install -m 600 -o etcd /run/foreign-key.pem ${PKI}/etcd-key.pem`

const everywhere = (says: RegExp): Cause['says'] => ({ first: says, middle: says, last: says })

/** In this order, each from where the one before it has led. */
export const CAUSES: readonly Cause[] = [
  {
    name: 'its binary is broken',
    change: { version: VERSION },
    says: {
      first: /^etcd exited with status 3 \(no such instruction\)$/,
      middle: /^etcd was killed by SIGSEGV$/,
      last: /^etcd ended before it was ready, with status 0$/,
    },
    breaks: (place) =>
      replaceBinary(
        { first: 'echo no such instruction >&2; exit 3', middle: 'kill -SEGV $$', last: 'exit 0' }[place],
      ),
    cure: 'true',
  },
  {
    name: 'a flag names a file that is not there',
    change: {
      'etcd-args':
        '--auth-token=jwt,pub-key=/etc/jwt/public.pem,priv-key=/etc/jwt/private.pem,sign-method=RS256',
    },
    says: everywhere(
      /^etcd exited with status 1 \(problem loading JWT options: open \/etc\/jwt\/public\.pem: no such file or directory \/ auth: invalid auth options\)$/,
    ),
    prepare: async (lab, host) => {
      const { publicKey, key } = await foreignCertificate(lab.hosts[host - 1]!.address)
      await lab.on(
        host,
        `mkdir -p /etc/jwt; cat >/etc/jwt/public.pem <<PEM\n${publicKey}PEM\ncat >/etc/jwt/private.pem <<PEM\n${key}PEM\n`,
      )
    },
    breaks: () => 'mv /etc/jwt /etc/jwt.away',
    cure: '[ ! -d /etc/jwt.away ] || mv /etc/jwt.away /etc/jwt',
  },
  {
    name: 'its port is taken',
    change: { 'local-http-listener': 'true' },
    says: everywhere(
      /^etcd exited with status 1 \(listen tcp 127\.0\.0\.1:2379: bind: address already in use\)$/,
    ),
    breaks: () =>
      'systemd-run --quiet --unit=lab-occupy-2379 systemd-socket-activate --accept --listen=127.0.0.1:2379 cat',
    cure: 'systemctl stop lab-occupy-2379 2>/dev/null || true',
  },
  {
    name: 'its certificate is wrong',
    change: {},
    says: {
      first: /^etcd exited with status 1 \(tls: private key does not match public key\)$/,
      middle: /^systemd says activating\/start, and etcd says: .*remote error: tls: bad certificate$/,
      last: /^etcd exited with status 1 \(tls: private key does not match public key\)$/,
    },
    prepare: putForeign,
    breaks: (place) =>
      atNextStart(place === 'middle' ? `${FOREIGN_KEY}\ncp /run/foreign.pem ${PKI}/etcd.pem` : FOREIGN_KEY),
    cure: 'true',
  },
  {
    name: 'its disk is full',
    change: { 'etcd-args': '--heartbeat-interval=120', soak: '5s' },
    says: everywhere(/no space left on device/),
    stays: true,
    breaks: () => atNextStart('dd if=/dev/zero of=/var/lib/etcd/ballast bs=64k 2>/dev/null || true'),
    cure: 'rm -f /var/lib/etcd/ballast',
  },
]

/** A disk for the data of each member that is soon filled, with room for what a restart takes while it is not. */
export const giveSmallDisks = async (lab: Lab): Promise<void> => {
  await Promise.all(HOSTS.map((host) => lab.command('tmpfs', String(host), '/var/lib/etcd', '1200M')))
}

/** Kills the member of the host a moment after it has become ready, once. */
export const DIES_ONCE_READY = atNextStart(
  'systemd-run --quiet sh -c "until systemctl is-active -q etcd; do sleep 0.1; done; sleep 1; systemctl kill -s KILL etcd; systemctl daemon-reload"',
)
