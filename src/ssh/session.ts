import type { SshTarget } from '../cluster/member.js'
import { connectFailure } from './connect-failure.js'
import { connect, type ConnectRequest } from './connect.js'
import type { ExecContext } from './exec.js'
import { holdCommand } from './hold.js'
import type { JumpChain } from './jump.js'
import { openTcpOver } from './open-tcp.js'
import { proveLogin } from './login-proof.js'
import type { HostSession } from './port.js'
import { runCommand } from './run.js'
import { formatTarget } from './target.js'

/** How all sessions of a run are opened. */
export type SessionRequest = Omit<ConnectRequest, 'target' | 'dial'> & { readonly jumps: JumpChain }

/** Opens the session of one member; throws Failure. */
export const openSessionOver = async (
  member: string,
  target: SshTarget,
  request: SessionRequest,
): Promise<HostSession> => {
  const { jumps, ...how } = request
  const name = formatTarget(target)
  const where = `${member} (${name}${jumps.words === '' ? '' : ` ${jumps.words}`})`
  const connection = await connect({ ...how, target, dial: jumps.dial }).catch((error: unknown) => {
    throw connectFailure(error, { what: 'cannot connect over SSH', where, target })
  })
  const context: ExecContext = { connection, where: `${member} (${name})`, sudo: target.user !== 'root' }
  try {
    await proveLogin(context, target.user)
  } catch (error) {
    await connection.close()
    throw error
  }
  return {
    member,
    target: name,
    run: (command) => runCommand(context, command),
    hold: (command) => holdCommand(context, command),
    openTcp: (address, port, timeoutMs) => openTcpOver(connection, address, port, timeoutMs),
    close: () => connection.close(),
  }
}
