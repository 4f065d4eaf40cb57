import type { System } from './detect.js'
import { GITLAB, SHELL } from './dotenv.js'
import { fileCi, type FileResults } from './files.js'
import { githubCi } from './github.js'
import { gitlabLog } from './gitlab.js'
import { plainLog, type PlainLog } from './plain.js'
import type { Ci } from './port.js'
import { terminalLog } from './terminal.js'

export interface CiSettings {
  readonly redact: (text: string) => string
  readonly env: NodeJS.ProcessEnv
  readonly stdout: NodeJS.WriteStream
  /** Where results go as files, where the system takes no other. */
  readonly folder: string
}

/** The port to the system that we run in. */
export const openCi = (system: System, settings: CiSettings): Ci => OPENERS[system](settings)

const OPENERS: Readonly<Record<System, (settings: CiSettings) => Ci>> = {
  github: ({ redact }) => githubCi(redact),
  gitlab: (settings) => fileCi(gitlabLog(plain(settings)), { ...results(settings), form: GITLAB }),
  woodpecker: (settings) => fileCi(plainLog(plain(settings)), results(settings)),
  'command-line': (settings) => {
    const { stdout, env } = settings
    const log =
      stdout.isTTY && env['TERM'] !== 'dumb'
        ? terminalLog({
            ...plain(settings),
            write: (text) => stdout.write(text),
            width: () => stdout.columns,
          })
        : plainLog(plain(settings))
    return fileCi(log, results(settings))
  },
}

const plain = ({ redact, env, stdout }: CiSettings): PlainLog => ({
  print: (text) => stdout.write(`${text}\n`),
  redact,
  debugging: env['ETCD_DEPLOY_DEBUG'] === 'true' || env['CI_DEBUG_TRACE'] === 'true',
})

const results = ({ folder }: CiSettings): FileResults => ({
  folder,
  form: SHELL,
  setFailed: () => {
    process.exitCode = 1
  },
})
