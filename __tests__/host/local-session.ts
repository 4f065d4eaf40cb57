import { spawn, type ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { Readable, type Duplex } from 'node:stream'
import { Failure } from '../../src/failure.js'
import {
  OpenFailure,
  type Command,
  type CommandResult,
  type HeldCommand,
  type HostSession,
} from '../../src/ssh/port.js'

/** The shells that hosts have as `sh`: each script has to run under both. */
export const SHELLS: readonly { readonly name: string; readonly argv: readonly string[] }[] = [
  { name: 'dash', argv: ['dash'] },
  { name: 'bash --posix', argv: ['bash', '--posix'] },
]

/** A session whose commands can be looked at and killed while they run. */
export interface LocalSession extends HostSession {
  /** Labels of the commands run so far. */
  readonly ran: readonly string[]
  /** The children that run now. */
  readonly running: ReadonlySet<ChildProcess>
}

const feed = (child: ChildProcess, stdin: Command['stdin']): void => {
  child.stdin?.on('error', () => undefined)
  if (stdin instanceof Readable) stdin.pipe(child.stdin!)
  else child.stdin?.end(stdin ?? '')
}

/** The port, on this machine: the same `SHELL -c SCRIPT etcd-deploy ARGS`, real processes and files, as this user. */
export const localSession = (
  shell: readonly string[] = ['sh'],
  env: NodeJS.ProcessEnv = process.env,
): LocalSession => {
  const ran: string[] = []
  const running = new Set<ChildProcess>()
  const start = (command: Command): ChildProcess => {
    ran.push(command.label)
    const [program, ...flags] = shell
    const child = spawn(program!, [...flags, '-c', command.script, 'etcd-deploy', ...(command.args ?? [])], {
      env,
      stdio: 'pipe',
    })
    running.add(child)
    child.once('close', () => running.delete(child))
    return child
  }
  return {
    member: 'etcd-local',
    target: 'root@localhost:22',
    ran,
    running,
    run: (command) =>
      new Promise<CommandResult>((resolve, reject) => {
        const child = start(command)
        let stdout = ''
        let stderr = ''
        child.stdout?.setEncoding('utf8').on('data', (text: string) => {
          stdout += text
        })
        child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
        const timer = setTimeout(() => child.kill('SIGKILL'), command.timeoutMs)
        child.once('error', reject)
        child.once('close', (code, signal) => {
          clearTimeout(timer)
          if (code === null)
            reject(new Failure({ what: `lost the connection (${signal}) while: ${command.label}` }))
          else resolve({ code, stdout, stderr })
        })
        feed(child, command.stdin)
      }),
    hold: (command) =>
      new Promise<HeldCommand>((resolve, reject) => {
        const child = start(command)
        let output = ''
        const ended = new Promise<void>((done) => child.once('close', () => done()))
        const collect = (text: string): void => {
          output += text
          if (/^ready$/m.test(output)) resolve({ ended, release: () => (child.stdin?.end(), ended) })
        }
        child.stdout?.setEncoding('utf8').on('data', collect)
        child.stderr?.setEncoding('utf8').on('data', collect)
        child.once('error', reject)
        child.once('close', (code) =>
          reject(new Failure({ what: `cannot ${command.label}`, why: `exit ${code}: ${output.trim()}` })),
        )
        // As over SSH, the stdin of a held command stays open until it is released.
        if (command.stdin !== undefined) feed(child, command.stdin)
      }),
    openTcp: (address, port, timeoutMs) =>
      new Promise<Duplex>((resolve, reject) => {
        const socket = connect({ host: address, port, timeout: timeoutMs })
        socket.once('connect', () => resolve(socket))
        socket.once('timeout', () => reject(new OpenFailure('timeout', 'timed out')))
        socket.once('error', (error: NodeJS.ErrnoException) =>
          reject(new OpenFailure(error.code === 'ECONNREFUSED' ? 'refused' : 'failed', error.message)),
        )
      }),
    close: () => Promise.resolve(),
  }
}
