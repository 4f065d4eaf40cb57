import { rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { unpack } from '../src/ssh/boot.js'
import type { Lab } from './lab.js'

/**
 * What becomes of a command: it runs; runs while its input is counted; runs, input and all, once its client is dead; runs then
 * with no input, as if the client had died before it could send any; or never came.
 */
export type Fate = 'run' | 'count' | 'orphan' | 'starve' | 'drop'

/** A command that came to a host and waits for its fate. */
export interface Asking {
  readonly host: number
  /** What it is for, without the versions and paths in it: "restart etcd". */
  readonly name: string
}

export interface Gates {
  /** From now on these words decide; `read` is told how much input a counted command got. */
  decide(fate: (asking: Asking) => Fate | Promise<Fate>, read?: (asking: Asking, bytes: number) => void): void
  close(): Promise<void>
}

/** Puts a gate before every SSH session to come of these hosts; all commands run until `decide` says otherwise. `reset` takes it away. */
export const openGates = async (lab: Lab, hosts: readonly number[]): Promise<Gates> => {
  let decideFate: (asking: Asking) => Fate | Promise<Fate> = () => 'run'
  let told: (asking: Asking, bytes: number) => void = () => {}
  const serve = async (host: number): Promise<Server> => {
    const path = join(lab.dir, 'hosts', String(host), 'root/var/lib/lab-gate')
    await rm(path, { force: true })
    await lab.command('gate', String(host))
    const server = createServer((socket) => {
      const counted = told
      void askedOn(socket, host, decideFate, (asking, bytes) => counted(asking, bytes))
    })
    await new Promise<void>((ready) => server.listen(path, ready))
    return server
  }
  const servers = await Promise.all(hosts.map(serve))
  return {
    decide: (fate, read = () => {}) => {
      decideFate = fate
      told = read
    },
    close: async () => {
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
    },
  }
}

/** One command: its length and a line feed, the command; then our word, and where it is counted, a number. */
const askedOn = async (
  socket: Socket,
  host: number,
  fateOf: (asking: Asking) => Fate | Promise<Fate>,
  read: (asking: Asking, bytes: number) => void,
): Promise<void> => {
  let text = ''
  const command = await new Promise<string | undefined>((resolve) => {
    // Bytes, not characters, are what is counted.
    socket.setEncoding('latin1').on('error', () => {})
    socket.on('data', (piece: string) => {
      text += piece
      const at = text.indexOf('\n')
      if (at >= 0 && text.length - at - 1 >= Number(text.slice(0, at))) resolve(text.slice(at + 1))
    })
    socket.once('close', () => resolve(undefined))
  })
  if (command === undefined) return
  const asking = { host, name: nameOf(command) }
  const fate = await fateOf(asking)
  text = ''
  if (fate === 'count') socket.once('close', () => read(asking, Number(text) || 0))
  socket.write(`${fate}\n`)
}

/** From `sh -c '...' 'etcd-deploy: LABEL' 'MARK' 'MARK' 'WORDS'...`; for etcd's tools with what they are to do. */
const nameOf = (command: string): string => {
  const [, label = 'something else', rest = ''] = /'etcd-deploy: ([^']*)'(.*)$/s.exec(command) ?? []
  const plain = label.replace(/ v?\d+\.\d+\.\d+/g, '').replace(/\/\S*\/([^/\s,]+)/g, '$1')
  if (!label.startsWith('run ')) return plain
  const pieces = [...rest.matchAll(/'([^']*)'/g)].map(([, piece = '']) => piece).slice(2)
  // The script comes first, and no word of it is one of these.
  const words = [...unpack(pieces).matchAll(/ '([a-z-]+)'(?= |$)/g)].map(([, word]) => word)
  return [plain, ...words.filter((word) => !word?.startsWith('-'))].join(' ')
}
