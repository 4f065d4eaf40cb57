import { once } from 'node:events'
import { connect, type AddressInfo, type Server } from 'node:net'
import { afterEach } from 'vitest'
import type { HostSession } from '../../src/ssh/port.js'

const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close()))

/** A host whose every port is this server of ours, for as long as the test takes. */
export const hostWith = async (server: Server): Promise<Pick<HostSession, 'openTcp'>> => {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    openTcp: async () => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    },
  }
}
