import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import type { RunResult } from '../../lab/runner.js'
import type { ClientTls } from './member-gateway.js'
import { clientCertificate } from './openssl.js'
import { type Sample, startSampler } from './sampler.js'
import { readBack, startWriter, type Written } from './writers.js'

/** What was seen from outside while `work` went on. */
export interface Watched<T> {
  readonly result: T
  /** Of the writer that fails over. */
  readonly free: Written
  /** Of the writers that know one member each. */
  readonly pinned: readonly Written[]
  readonly samples: readonly Sample[]
  /** Acknowledged writes that a member does not have as they were written, by member. */
  readonly lost: readonly string[]
}

/** A client of these hosts that trusts the lab's CAs and has a certificate which another program than ours made. */
export const outsideClient = async (lab: Lab): Promise<ClientTls> => {
  const { 'client-cert': cert = '', 'client-key': key = '' } = await clientCertificate(lab)
  return { ca: await readFile(lab.ca.certFile, 'utf8'), cert, key }
}

let watches = 0

/** Writes through all members and asks them how they are, all the time that `work` takes; then reads everything back. */
export const watch = async <T>(
  addresses: readonly string[],
  tls: ClientTls,
  work: () => Promise<T>,
): Promise<Watched<T>> => {
  const root = `writers/${++watches}/`
  const free = startWriter({ prefix: `${root}free/`, addresses, tls, everyMs: 25 })
  const pinned = addresses.map((address) =>
    startWriter({ prefix: `${root}${address}/`, addresses: [address], tls, everyMs: 80 }),
  )
  const sampler = startSampler(addresses, tls)
  const [worked] = await Promise.allSettled([work()])
  const [byFree, ...byPinned] = await Promise.all([free, ...pinned].map((writer) => writer.stop()))
  const samples = await sampler.stop()
  if (worked.status === 'rejected') throw worked.reason
  const written = [byFree!, ...byPinned].flatMap(({ acknowledged }) => acknowledged)
  const lost = await Promise.all(
    addresses.map(async (address) => {
      const has = await readBack(address, tls, root)
      return written
        .filter(({ key, value, revision }) => {
          const found = has.get(key)
          // A write that was tried twice may have been done twice; the one that counts is not older than the acknowledged one.
          return found?.value !== value || found.revision < revision
        })
        .map(({ key }) => `${address} ${key}`)
    }),
  )
  return { result: worked.value, free: byFree!, pinned: byPinned, samples, lost: lost.flat() }
}

/** What has to hold of every roll that went well, seen from outside. Prints the gaps. */
export const expectUndisturbed = (
  what: string,
  { result, free, pinned, samples, lost }: Watched<RunResult>,
): void => {
  expect(result.errors).toEqual([])
  expect(result.exitCode).toBe(0)
  console.log(
    `${what}: longest gap ${Math.round(free.longestGapMs)} ms for the writer outside (${free.acknowledged.length} writes), ` +
      `${Math.round(Number(result.outputs['max-write-gap-ms']))} ms for the canary; ` +
      `${pinned.map(({ failed }) => failed.length).join(', ')} failed writes of those with one member; ` +
      `${samples.length} samples, ${samples.filter((sample) => downIn(sample) > 0).length} with a member down; ` +
      `the run took ${(result.tookMs / 1000).toFixed(1)} s`,
  )
  expect(free.failed).toEqual([])
  expect(free.acknowledged.length).toBeGreaterThan(20)
  expect(pinned.every(({ acknowledged }) => acknowledged.length > 5)).toBe(true)
  expect(lost).toEqual([])
  for (const { acknowledged } of [free, ...pinned])
    expectNeverBack(acknowledged.map(({ revision }) => revision))
  samples[0]?.forEach((_, index) =>
    expectNeverBack(samples.flatMap((sample) => sample[index]?.revision ?? [])),
  )
  expect(samples.filter((sample) => downIn(sample) > 1)).toEqual([])
  expect(result.outputs['failed-writes']).toBe('0')
  expect(Number(result.outputs['max-write-gap-ms'])).toBeGreaterThan(0)
}

const downIn = (sample: Sample): number => sample.filter((said) => said === undefined).length

const expectNeverBack = (revisions: readonly bigint[]): void => {
  expect(revisions.filter((revision, index) => index > 0 && revision < revisions[index - 1]!)).toEqual([])
}
