import type { Duplex } from 'node:stream'
import type { PeerLink } from '../cluster/observed.js'
import { reachFromHost } from '../host/reach.js'
import { OpenFailure, type HostSession } from '../ssh/port.js'

const OPEN_MS = 3000
const WORD_MS = 1000

type Found = Pick<PeerLink, 'outcome' | 'reason'>

/**
 * A real connection from a host to `address:port`, made by its SSH server, else by its bash. `word` is what our own listener
 * says there; undefined where there is none.
 */
export const tryConnection = async (
  session: HostSession,
  address: string,
  port: number,
  word: string | undefined,
): Promise<Found> => {
  try {
    const stream = await session.openTcp(address, port, OPEN_MS)
    const said = word === undefined ? '' : await firstLine(stream)
    stream.destroy()
    return connected(said, word)
  } catch (error) {
    if (!(error instanceof OpenFailure)) throw error
    switch (error.kind) {
      case 'refused':
        return { outcome: 'refused', reason: '' }
      case 'prohibited':
        return await withoutForwarding(session, address, port, word)
      case 'timeout':
      case 'failed':
        return { outcome: 'failed', reason: error.message }
    }
  }
}

const withoutForwarding = async (
  session: HostSession,
  address: string,
  port: number,
  word: string | undefined,
): Promise<Found> => {
  const reach = await reachFromHost(session, address, port)
  switch (reach.kind) {
    case 'connected':
      return connected(reach.word, word)
    case 'refused':
      return { outcome: 'refused', reason: '' }
    case 'failed':
      return { outcome: 'failed', reason: reach.reason }
    case 'no-tool':
      return { outcome: 'not-checked', reason: reach.reason }
  }
}

const connected = (said: string, word: string | undefined): Found => ({
  outcome: word !== undefined && said === word ? 'probed' : 'reached',
  reason: '',
})

/** What the other side says first, up to the end of the line; empty where it says nothing within a second. */
const firstLine = (stream: Duplex): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    const done = (): void => {
      clearTimeout(timer)
      resolve(text.split('\n')[0] ?? '')
    }
    const timer = setTimeout(done, WORD_MS)
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('\n') || text.length > 1000) done()
    })
    stream.once('end', done)
    stream.once('close', done)
    stream.once('error', done)
  })
