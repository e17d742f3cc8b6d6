import { describe, expect, it } from 'vitest'
import { clock, daysSince, isBusy, partOf, type Backup } from './backups'

const backup = (b: Partial<Backup>): Backup => ({ state: 'done', proof: 'none', progress: 0, total: 0, ...b }) as Backup

describe('a backup', () => {
  it('is busy while it is made or proved', () => {
    expect(isBusy(backup({ state: 'running' }))).toBe(true)
    expect(isBusy(backup({ proof: 'running' }))).toBe(true)
    expect(isBusy(backup({ proof: 'equal' }))).toBe(false)
    expect(isBusy(backup({ state: 'removed', proof: 'running' }))).toBe(false)
  })
  it('tells how far it is, at most the whole', () => {
    expect(partOf(backup({}))).toBeNull()
    expect(partOf(backup({ progress: 5, total: 20 }))).toBe(0.25)
    expect(partOf(backup({ progress: 30, total: 20 }))).toBe(1)
  })
})

describe('age and hour', () => {
  it('counts whole days', () => {
    const now = Date.parse('2026-06-10T00:00:00Z')
    expect(daysSince('2026-06-09T01:00:00Z', now)).toBe(0)
    expect(daysSince('2026-06-01T00:00:00Z', now)).toBe(9)
    expect(daysSince('2026-06-11T00:00:00Z', now)).toBe(0)
  })
  it('writes the hour in two digits', () => expect([clock(2), clock(23)]).toEqual(['02:00', '23:00']))
})
