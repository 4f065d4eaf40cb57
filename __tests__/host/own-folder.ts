import { mkdtempSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * A new folder that nobody else can exchange: scripts do not work below one for everybody, such as /tmp. Its parents are root's, or
 * of whoever runs the tests.
 */
export const ownFolder = (prefix: string): string =>
  mkdtempSync(join(process.getuid?.() === 0 ? '/var/lib' : homedir(), `.etcd-deploy-test-${prefix}`))
