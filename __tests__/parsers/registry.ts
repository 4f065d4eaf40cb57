import type { Parser } from './parser.js'
import { ETCD } from './registry/etcd.js'
import { FACTS_OF_HOSTS } from './registry/facts.js'
import { HOST } from './registry/host.js'
import { INPUTS } from './registry/inputs.js'
import { PKI } from './registry/pki.js'
import { REPORT } from './registry/report.js'
import { SSH } from './registry/ssh.js'

/** Everything that reads text which the run has not written itself. `complete.test.ts` finds what is missing here. */
export const PARSERS: readonly Parser[] = [
  ...ETCD,
  ...FACTS_OF_HOSTS,
  ...HOST,
  ...SSH,
  ...PKI,
  ...INPUTS,
  ...REPORT,
]
