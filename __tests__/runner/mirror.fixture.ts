import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone after `work`. */
export const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex')

/** A release archive with upstream's layout: an etcd that is noise, and an etcdctl that is a shell script. */
export const makeArchive = (folder: string, version = '9.9.9', etcdctl = '#!/bin/sh\necho made "$@"\n') => {
  const name = `etcd-v${version}-linux-amd64`
  mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, name, 'etcd'), randomBytes(1_200_000))
  writeFileSync(join(folder, name, 'etcdctl'), etcdctl, { mode: 0o755 })
  const path = join(folder, `${name}.tar.gz`)
  execFileSync('tar', ['-czf', path, '-C', folder, name])
  const bytes = readFileSync(path)
  return { path, fileName: `${name}.tar.gz`, bytes, sha256: sha256(bytes) }
}

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => unknown

/** A server on loopback; `requests` are the paths asked for, `count` in the handler starts at 1 for each path. */
export const withServer = async <T>(
  handler: Handler,
  work: (server: { url: string; requests: readonly string[] }) => Promise<T>,
): Promise<T> => {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(path)
    handler(request, response, requests.filter((earlier) => earlier === path).length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await work({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
