// Release mirror of a lab: serves a folder over HTTP, and the same folder with faults under /404, /500, /flaky,
// /truncate, /slow and /wrong. One log line per request: METHOD PATH STATUS.
// node mirror.mjs FOLDER ADDRESS PORT_FILE
import { createReadStream, promises as fs, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { normalize, join } from 'node:path'

const [folder, address, portFile] = process.argv.slice(2)

const slowChunkBytes = 4096
const slowIntervalMs = 500
const slowTotalBytes = 32768
const seen = new Map()

const plain = async (response, file, size) => {
  response.writeHead(200, { 'content-length': size })
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response)
}

// The promised length is right, the connection ends half way.
const truncated = (response, file, size) => {
  response.writeHead(200, { 'content-length': size })
  const half = Math.max(1, Math.floor(size / 2))
  createReadStream(file, { end: half - 1 })
    .on('end', () => response.socket?.end())
    .pipe(response, { end: false })
}

// A few KiB a second, then silence; the client has to give up.
const slow = async (response, file, size) => {
  response.writeHead(200, { 'content-length': size })
  const bytes = await fs.readFile(file)
  let sent = 0
  const timer = setInterval(() => {
    if (sent >= Math.min(slowTotalBytes, size - 1)) return clearInterval(timer)
    response.write(bytes.subarray(sent, Math.min(sent + slowChunkBytes, size - 1)))
    sent += slowChunkBytes
  }, slowIntervalMs)
  response.on('close', () => clearInterval(timer))
}

// Digests that are well formed and wrong.
const wrong = async (response, file, size) => {
  if (!file.endsWith('SHA256SUMS')) return plain(response, file, size)
  const sums = await fs.readFile(file, 'utf8')
  const body = sums.replace(/^[0-9a-f]{64}/gm, (digest) => [...digest].reverse().join(''))
  response.writeHead(200, { 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const refuse = (response, status) => {
  response.writeHead(status, { 'content-type': 'text/plain' })
  response.end(`${status}\n`)
}

// Two failures, then one success, per file and over again: every test that starts afresh meets the failures.
const flaky = (response, file, size) => {
  const count = seen.get(file) ?? 0
  seen.set(file, count + 1)
  return count % 3 < 2 ? refuse(response, 500) : plain(response, file, size)
}

const faults = {
  404: (response) => refuse(response, 404),
  500: (response) => refuse(response, 500),
  flaky,
  truncate: truncated,
  slow,
  wrong,
}

const answer = async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://mirror').pathname))
  const [, first, ...rest] = path.split('/')
  const fault = Object.hasOwn(faults, first) ? faults[first] : undefined
  const file = join(folder, fault === undefined ? path : rest.join('/'))
  const stat = await fs.stat(file).catch(() => undefined)
  if (stat?.isFile() !== true) return refuse(response, 404)
  if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': stat.size }).end()
  return (fault ?? plain)(response, file, stat.size)
}

const server = () =>
  createServer((request, response) => {
    response.on('close', () => console.log(request.method, request.url, response.statusCode))
    answer(request, response).catch(() => response.destroy())
  })

const listen = (port, host) =>
  new Promise((resolve, reject) => {
    const one = server()
    one.once('error', reject)
    one.listen(port, host, () => resolve(one))
  })

// The same port on both addresses; a port that another program has on loopback costs one more try.
const start = async (triesLeft) => {
  const outer = await listen(0, address)
  const { port } = outer.address()
  try {
    await listen(port, '127.0.0.1')
    return port
  } catch (error) {
    outer.close()
    if (triesLeft === 0) throw error
    return start(triesLeft - 1)
  }
}

const port = await start(20)
writeFileSync(`${portFile}.new`, `${port}\n`)
renameSync(`${portFile}.new`, portFile)
