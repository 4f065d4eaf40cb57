import type { IpRange } from './name-constraints.js'

/** The range that holds an address; undefined where none does. */
export const rangeOf = (address: Buffer, ranges: readonly IpRange[]): IpRange | undefined =>
  ranges.find((range) => contains(range, address))

/**
 * The range that Go 1.26 finds by its binary search. It sorts ranges by their addresses as encoded, and so overlooks some where a range
 * has host bits in its address (192.168.1.5 with the mask of a /24); both answers count, since members of both kinds may meet.
 */
export const rangeFoundBySearch = (address: Buffer, ranges: readonly IpRange[]): IpRange | undefined => {
  const sorted = ranges
    .filter((range) => range.address.length === address.length)
    .sort((one, other) => one.address.compare(other.address) || one.mask.compare(other.mask))
  const kept: IpRange[] = []
  for (const range of sorted) {
    const last = kept.at(-1)
    if (last === undefined || !holdsAll(last, range)) kept.push(range)
  }
  const equal = kept.find((range) => range.address.equals(address))
  if (equal !== undefined) return equal
  const below = kept.findLastIndex((range) => range.address.compare(address) < 0)
  const nearest = kept[Math.max(below, 0)]
  return nearest !== undefined && contains(nearest, address) ? nearest : undefined
}

const contains = (range: IpRange, address: Buffer): boolean =>
  range.address.length === address.length &&
  range.mask.every((mask, index) => ((range.address[index] ?? 0) & mask) === ((address[index] ?? 0) & mask))

const holdsAll = (outer: IpRange, inner: IpRange): boolean =>
  contains(outer, inner.address) &&
  contains(
    outer,
    Buffer.from(inner.address.map((octet, index) => octet | (~(inner.mask[index] ?? 0) & 0xff))),
  )
