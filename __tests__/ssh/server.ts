import { spawn, type ChildProcess } from 'node:child_process'
import { connect as netConnect, type AddressInfo, type Socket } from 'node:net'
import ssh2, { type AuthenticationType, type Connection, type ParsedKey, type ServerChannel } from 'ssh2'
import { ROOT_PATH } from './as-root.js'
import { openSshKey, parsed } from './keys.js'

export interface TestServerOptions {
  readonly hostKeys?: readonly string[]
  /** Users and the private keys that let them in; root and the server's own `userKey` where not given. */
  readonly users?: Readonly<Record<string, ParsedKey>>
  readonly port?: number
  /** Sessions at once, as sshd's MaxSessions. */
  readonly maxSessions?: number
  readonly forwarding?: 'allowed' | 'prohibited'
  /** Prepended to PATH of the commands. */
  readonly path?: string
  /** How long after the end of its output a command's exit status is sent, as a busy sshd does; milliseconds. */
  readonly exitDelayMs?: number
  /** Commands of this label are not run: the word that it was started, this exit status and the end come in one piece. */
  readonly instantExit?: { readonly label: string; readonly code: number }
  /** The login shell, which is given `-c` and the command line; sh where not given. */
  readonly loginShell?: readonly string[]
  /** What the login sets in the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** No command is run at all: the request is refused. */
  readonly refuseExec?: true
  /** What the server asks for once the key was taken; it lets nobody in. */
  readonly secondFactor?: readonly AuthenticationType[]
  /** Said before the login, and what is said once the key was shown, before the connection is closed. */
  readonly banner?: string
  readonly farewell?: string
}

/** A real SSH server on loopback that runs commands with sh, as sshd does. */
export interface TestServer {
  readonly port: number
  readonly hostKeys: readonly string[]
  /** known_hosts lines of all its keys. */
  readonly knownHosts: string
  readonly userKey: string
  /** Command lines it was asked to run. */
  readonly commands: string[]
  connections(): number
  mostSessions(): number
  forwarded(): readonly string[]
  /** Cuts every connection as a crash does. */
  cut(): void
  /** Resets every connection (ECONNRESET at the client). */
  reset(): void
  close(): Promise<void>
}

export const userKey = openSshKey('ed25519')

export const startServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const hostKeys = options.hostKeys ?? [openSshKey('ed25519')]
  const users = options.users ?? { root: parsed(userKey) }
  const sockets = new Set<Socket>()
  const children = new Set<ChildProcess>()
  const commands: string[] = []
  const forwarded: string[] = []
  let sessions = 0
  let mostSessions = 0

  const onConnection = (client: Connection): void => {
    client.on('error', () => {})
    client.on('authentication', (context) => {
      const allowed = users[context.username]
      if (context.method !== 'publickey' || !allowed) return context.reject(['publickey'])
      const same = context.key.data.equals(allowed.getPublicSSH())
      const signed =
        !context.signature ||
        allowed.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo)
      if (!same || !signed) return context.reject(['publickey'])
      if (options.secondFactor) return context.reject([...options.secondFactor], true)
      if (options.farewell !== undefined && context.signature) return sayAndClose(client, options.farewell)
      context.accept()
    })
    client.on('session', (accept, reject) => {
      if (sessions >= (options.maxSessions ?? 10)) return reject()
      sessions += 1
      mostSessions = Math.max(mostSessions, sessions)
      const session = accept()
      session.on('close', () => (sessions -= 1))
      session.on('exec', (acceptExec, refuseExec, info) => {
        commands.push(info.command)
        if (options.refuseExec) return refuseExec()
        const { instantExit } = options
        if (instantExit && info.command.includes(`etcd-deploy: ${instantExit.label}'`)) {
          return exitAtOnce(acceptExec, instantExit.code, sockets)
        }
        const child = runShell(info.command, acceptExec(), options)
        children.add(child)
      })
    })
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      forwarded.push(`${destIP}:${destPort}`)
      if (options.forwarding === 'prohibited') return refuse(client, reject, 1, 'open failed')
      const upstream = netConnect({ host: destIP, port: destPort, noDelay: true })
      upstream.once('error', () => refuse(client, reject, 2, 'Connection refused'))
      upstream.once('connect', () => {
        const channel = accept()
        upstream.on('error', () => channel.close())
        channel.on('error', () => upstream.destroy())
        channel.on('close', () => upstream.destroy())
        // After an orderly end the pipe still has to write what has come.
        upstream.on('close', (hadError: boolean) => hadError && channel.close())
        channel.pipe(upstream).pipe(channel)
      })
    })
  }
  const { banner } = options
  const server = new ssh2.Server(
    { hostKeys: [...hostKeys], ...(banner === undefined ? {} : { banner }) },
    onConnection,
  )
  const listener = (server as unknown as { _srv: NodeJS.EventEmitter })._srv
  listener.on('connection', (socket: Socket) => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo

  return {
    port,
    hostKeys,
    knownHosts: hostKeys.map((key) => lineFor(`[127.0.0.1]:${port}`, key)).join('\n'),
    userKey,
    commands,
    connections: () => sockets.size,
    mostSessions: () => mostSessions,
    forwarded: () => forwarded,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    reset: () => sockets.forEach((socket) => socket.resetAndDestroy()),
    close: async () => {
      for (const child of children)
        if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid)
      sockets.forEach((socket) => socket.destroy())
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The known_hosts line of a host key. */
export const lineFor = (name: string, privateKey: string): string => {
  const key = parsed(privateKey)
  return `${name} ${key.type} ${key.getPublicSSH().toString('base64')}`
}

const runShell = (
  asked: string,
  channel: ServerChannel,
  { path = '', exitDelayMs = 0, loginShell, env = {} }: TestServerOptions,
): ChildProcess => {
  // `exec`: as bash does for the last command, so that a signal ends the session and not only the inner shell.
  const [shell = '', ...flags] = loginShell ?? ['/bin/sh']
  // The action gives its scripts a PATH of its own.
  const command = asked.replaceAll('PATH=/usr/', `PATH=${ROOT_PATH}/usr/`)
  const child = spawn(shell, [...flags, '-c', loginShell ? command : `exec ${command}`], {
    detached: true,
    env: { PATH: `${path === '' ? '' : `${path}:`}${process.env['PATH'] ?? ''}`, ...env },
  })
  channel.on('error', () => {})
  child.stdin.on('error', () => {})
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.on('close', (code, signal) => {
    if (exitDelayMs > 0) return exitLate(channel, code ?? 0, exitDelayMs)
    if (signal) channel.exit(signal.replace(/^SIG/, ''), false, '')
    else channel.exit(code ?? 0)
    channel.end()
  })
  return child
}

/** As sshd does for an account that PAM refuses: PAM's words as a banner, and the end. */
const sayAndClose = (client: Connection, words: string): void => {
  const { _protocol } = client as unknown as { _protocol: Banners }
  // ssh2 sends a banner by itself only before the login.
  const bytes = Buffer.from(words)
  const packet = _protocol._packetRW.write.alloc(1 + 4 + bytes.length + 4)
  let at = _protocol._packetRW.write.allocStart
  packet[at] = 53
  packet.writeUInt32BE(bytes.length, (at += 1))
  bytes.copy(packet, (at += 4))
  packet.writeUInt32BE(0, at + bytes.length)
  _protocol._cipher.encrypt(_protocol._packetRW.write.finalize(packet))
  client.end()
}
interface Banners {
  readonly _packetRW: {
    readonly write: {
      readonly allocStart: number
      alloc(bytes: number): Buffer
      finalize(packet: Buffer): Buffer
    }
  }
  readonly _cipher: { encrypt(packet: Buffer): void }
}

const exitAtOnce = (accept: () => ServerChannel, code: number, sockets: ReadonlySet<Socket>): void => {
  for (const socket of sockets) socket.cork()
  const channel = accept()
  channel.exit(code)
  channel.end()
  channel.close()
  for (const socket of sockets) process.nextTick(() => socket.uncork())
}

/** End of output first, exit status and close later; a client that closes in between gets no status, as with sshd. */
const exitLate = (channel: ServerChannel, code: number, delayMs: number): void => {
  const { outgoing, _client } = channel as unknown as {
    outgoing: { id: number; state: string }
    _client: { _protocol: { exitStatus: (id: number, code: number) => void } }
  }
  channel.eof()
  setTimeout(() => {
    if (outgoing.state !== 'eof') return
    _client._protocol.exitStatus(outgoing.id, code)
    channel.close()
  }, delayMs)
}

/** ssh2's `reject` always gives the same reason; sshd tells two apart. */
const refuse = (client: Connection, reject: () => void, reason: number, description: string): void => {
  const { _protocol } = client as unknown as { _protocol: { channelOpenFail: ChannelOpenFail } }
  const real = _protocol.channelOpenFail
  _protocol.channelOpenFail = (recipient) => real.call(_protocol, recipient, reason, description, '')
  reject()
  _protocol.channelOpenFail = real
}
type ChannelOpenFail = (recipient: number, reason: number, description: string, language: string) => void

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
