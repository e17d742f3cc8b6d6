import { describe, expect, it } from 'vitest'
import { clock } from './lookups'

describe('the time left', () => {
  it.each([
    [-1, '0:00'],
    [59_001, '1:00'],
    [245_000, '4:05'],
    [3_600_000, '1:00:00'],
    [13_085_000, '3:38:05'],
  ])('%i ms', (ms, text) => expect(clock(ms)).toBe(text))
})
