import { makeCa } from './openssl.js'

/** A whole second, as certificates count, and a little ahead: the CAs below are made after this line. */
export const now = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000)
export const longAgo = new Date('2001-01-01T00:00:00Z')
export const farAhead = new Date('2100-01-01T00:00:00Z')
export const root = makeCa({ key: 'rsa-2048', subject: '/CN=root' })
export const ec = makeCa({ key: 'P-256', subject: '/CN=ec-root' })
export const intermediate = makeCa({
  subject: '/CN=intermediate',
  issuer: root,
  extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
})
export const leaf = makeCa({ subject: '/CN=leaf', extensions: ['basicConstraints=CA:FALSE'] })
