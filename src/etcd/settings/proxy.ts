import type { Variable } from './variables.js'

/** What Go programs look for, in either case (net/http ProxyFromEnvironment), and what other ones do. */
export const PROXY_VARIABLES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
] as const

/**
 * The variable that etcd's connections to `host` (an address or a name, port behind it) go through a proxy for; undefined: they go
 * straight. Peers and the other way of gRPC's gateway are https, for which Go takes HTTPS_PROXY first, then the name in lower case; loopback and what
 * NO_PROXY names is spared (golang.org/x/net/http/httpproxy).
 */
export const proxyFor = (
  variables: readonly Variable[],
  host: { readonly address: string; readonly port: number },
): Variable | undefined => {
  const first = (...names: readonly string[]): Variable | undefined =>
    names.flatMap((name) => variables.filter((one) => one.name === name && one.value !== '')).at(0)
  const proxy = first('HTTPS_PROXY', 'https_proxy')
  if (proxy === undefined) return undefined
  const spared = first('NO_PROXY', 'no_proxy')?.value ?? ''
  return isLoopback(host.address) || spared.split(',').some((rule) => spares(rule, host)) ? undefined : proxy
}

const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || address.startsWith('127.')

const spares = (
  rule: string,
  { address, port }: { readonly address: string; readonly port: number },
): boolean => {
  const text = rule.trim().toLowerCase()
  const name = address.toLowerCase()
  if (text === '') return false
  if (text === '*') return true
  const network = /^(\d+(?:\.\d+){3})\/(\d+)$/.exec(text)
  if (network) return inNetwork(name, network[1] ?? '', Number(network[2]))
  const { host, wanted } = placeIn(text)
  if (wanted !== undefined && wanted !== port) return false
  if (isAddress(host) || isAddress(name)) return host === name
  const domain = host.replace(/^\*?\./, '')
  return name.endsWith(`.${domain}`) || (name === domain && host === domain)
}

/** `HOST`, `HOST:PORT` or an IPv6 address, which has a port only where it stands in brackets. */
const placeIn = (text: string): { readonly host: string; readonly wanted?: number } => {
  const colon = text.lastIndexOf(':')
  const port = /^\d{1,5}$/.test(text.slice(colon + 1)) ? Number(text.slice(colon + 1)) : undefined
  const [, bracketed] = /^\[([^\]]+)\]/.exec(text) ?? []
  if (bracketed !== undefined && text.endsWith(']')) return { host: bracketed }
  if (port === undefined || colon < 1) return { host: text }
  if (bracketed !== undefined) return { host: bracketed, wanted: port }
  return text.indexOf(':') === colon ? { host: text.slice(0, colon), wanted: port } : { host: text }
}

const isAddress = (text: string): boolean => /^\d+(?:\.\d+){3}$/.test(text) || text.includes(':')

const inNetwork = (address: string, network: string, bits: number): boolean => {
  const [a, b] = [numberOf(address), numberOf(network)]
  if (a === undefined || b === undefined || bits > 32) return false
  const size = 2 ** (32 - bits)
  return Math.floor(a / size) === Math.floor(b / size)
}

const numberOf = (address: string): number | undefined =>
  /^\d+(?:\.\d+){3}$/.test(address)
    ? address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
    : undefined
