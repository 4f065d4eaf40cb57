import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** SHA-256 of a file, lower-case hex. */
export const sha256OfFile = async (path: string, signal?: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash, signal ? { signal } : {})
  return hash.digest('hex')
}

/** No etcd release is smaller (the oldest have 9 MB), and no error page is larger. */
export const SMALLEST_ARCHIVE_BYTES = 1_000_000

/** What a file is, where it can be no release archive ("an HTML page", "only 512 bytes long"); undefined where it can. */
export const whyNoArchive = async (path: string): Promise<string | undefined> => {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0)
    if (/^\s*<(?:!doctype|html|\?xml)/i.test(buffer.toString('latin1')))
      return 'it is a web page, not a .tar.gz archive'
    if (buffer[0] !== 0x1f || buffer[1] !== 0x8b) return 'it is no .tar.gz archive'
    if (size < SMALLEST_ARCHIVE_BYTES) return `it is only ${size} bytes long, too short for an etcd release`
    return undefined
  } finally {
    await handle.close()
  }
}
