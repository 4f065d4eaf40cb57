import type { LoginAttempt } from './trouble.js'

/** Why nobody let us in, and what to do, each one clause. */
export const loginWords = ({ user, offered, source, keys }: LoginAttempt, reason: string) => {
  const takes = offered.length > 0 ? `the server takes ${offered.join(', ')}` : ''
  const list = keys.map(({ type, fingerprint }) => `${type} ${fingerprint}`).join(', ')
  const why = (tried: string): string =>
    [`login as ${user} was refused: ${tried}`, takes, reason].filter((part) => part !== '').join('; ')

  if (source === 'nothing') {
    return {
      why: why('there is neither a private key nor an agent to log in with'),
      next: 'set ssh-private-key (is the secret it comes from set?), or start an ssh-agent and set SSH_AUTH_SOCK',
    }
  }
  if (source === 'agent' && keys.length === 0) {
    return {
      why: why('the ssh-agent holds no key'),
      next: 'add the key to the agent with ssh-add, or set ssh-private-key',
    }
  }
  if (offered.length > 0 && !offered.includes('publickey')) {
    return {
      why: why(`the server does not take public keys (tried ${list})`),
      next: 'set "PubkeyAuthentication yes" in the sshd_config of that host',
    }
  }
  return {
    why: why(
      source === 'agent' ? `none of the agent's keys was taken (${list})` : `the key was not taken (${list})`,
    ),
    next:
      `check that this key is in ~${user}/.ssh/authorized_keys there, that the file and its folders are writable for ` +
      `${user} only, and that ssh-user is right` +
      (user === 'root' ? ' (sshd refuses root unless PermitRootLogin allows keys)' : ''),
  }
}
