import { describe, expect, it } from 'vitest'
import { orNothingStaged } from '../../src/operations/conduct.js'
import type { HostSession } from '../../src/ssh/port.js'
import { desired, names } from '../plan/world.js'

/** Sessions on which nothing can be done on the first host. */
const sessions = () => {
  const ran: string[] = []
  const steady = names.map(
    (member) =>
      ({
        ...{ member, target: 'root@host:22' },
        run: ({ label }) => {
          ran.push(`${member}: ${label}`)
          return member === names[0]
            ? Promise.reject(new Error('the connection is lost'))
            : Promise.resolve({ code: 0, stdout: '', stderr: '' })
        },
      }) as HostSession,
  )
  return { ran, steady }
}

describe('what is staged', () => {
  it('stays where all of it came to its end', async () => {
    const { ran, steady } = sessions()
    await orNothingStaged(desired.layout, steady, Promise.resolve())
    expect(ran).toEqual([])
  })

  it('goes from every host where it failed or was cancelled, and that is what is told', async () => {
    const { ran, steady } = sessions()
    const reason = new Error('the run was cancelled')
    await expect(orNothingStaged(desired.layout, steady, Promise.reject(reason))).rejects.toBe(reason)
    expect(ran).toEqual(names.map((name) => `${name}: remove what was prepared for the member`))
  })
})
