import { spawn, type ChildProcess } from 'node:child_process'

/** A user that every system has and that is not root: "daemon". */
export const SOMEBODY = 1

/** A process of that user (of root with `uid` 0), which prints `ready` once it is where it is to be, and stays there. */
export const processOf = (script: string, uid = SOMEBODY): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', `${script}\necho ready\nread -r _`], {
      ...{ uid, gid: uid, cwd: '/' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child.stdout.once('data', () => resolve(child))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)))
  })
