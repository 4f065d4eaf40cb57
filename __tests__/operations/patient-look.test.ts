import { describe, expect, it } from 'vitest'
import type { Observed } from '../../src/cluster/observed.js'
import { patientLook } from '../../src/operations/patient-look.js'
import * as w from '../plan/world.js'

const settled = w.convergedWorld
const unsettled: Observed = {
  ...settled,
  hosts: settled.hosts.map((host, index) => ({ ...host, unconfirmed: index === 1 })),
}

/** Looks that are blocked until the one with this number, counted from 1. */
const look = async (first: Observed, passesAt: number, later = first) => {
  let looks = 1
  const seen = await patientLook(
    first,
    () => looks < passesAt,
    () => {
      looks++
      return Promise.resolve(later)
    },
  )
  return { seen, looks }
}

describe('patientLook', () => {
  it.each([
    ['once where nothing stands in the way', unsettled, 1, 1],
    ['once where something does, and no earlier run is the cause', settled, 99, 1],
    ['again until nothing stands in the way', unsettled, 3, 3],
    ['a few times only', unsettled, 99, 4],
  ])('looks %s', async (_, first, passesAt, looks) => {
    expect(await look(first, passesAt)).toEqual({ seen: first, looks })
  })

  it('takes what it sees once the host has put the change back by itself', async () => {
    expect(await look(unsettled, 99, settled)).toEqual({ seen: settled, looks: 2 })
  })
})
