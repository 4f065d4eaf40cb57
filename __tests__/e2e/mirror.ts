import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'

/** A release mirror in the test's own hands. */
export interface Mirror {
  readonly url: string
  /** What SHA256SUMS says of the archive from now on. */
  sums(digest: string): void
  /** Answers no request for the archive until the function it gives is called. */
  hold(): () => void
  close(): void
}

/** Serves the archive of `version` as the release `served`. */
export const serveArchive = async (archive: string, version: string, served: string): Promise<Mirror> => {
  const name = basename(archive).replaceAll(version, served)
  let digest = ''
  let open = Promise.resolve()
  const server = createServer((request, response) => {
    if (request.url === `/v${served}/SHA256SUMS`) response.end(`${digest}  ${name}\n`)
    else if (request.url === `/v${served}/${name}`)
      void open.then(() => createReadStream(archive).pipe(response))
    else response.writeHead(404).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sums: (value) => void (digest = value),
    hold: () => {
      let release: () => void = () => undefined
      open = new Promise((done) => (release = done))
      return release
    },
    close: () => void server.close(),
  }
}
