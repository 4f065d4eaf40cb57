/**
 * The release that a bootstrap gets where `version` is left out: SOUND of a minor that other projects have run for a while. A
 * cluster that exists is never brought to it unasked, so a newer action may have a newer one here.
 */
export const RECOMMENDED = '3.6.14'
