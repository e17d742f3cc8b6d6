import { beforeEach, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { dayEnd, dayStart, lastDay, periodText } from './period'

beforeEach(() => setLang('zh', false))

it('counts days in Beijing', () => {
  expect(dayStart('2026-12-01')).toBe('2026-12-01T00:00:00+08:00')
  expect(dayEnd('2026-12-31')).toBe('2027-01-01T00:00:00+08:00')
  expect(lastDay('2027-01-01T00:00:00+08:00')).toBe('2026-12-31')
})

it('tells a time in days, and hours where they matter', () => {
  expect(periodText({})).toBe('')
  expect(periodText({ from: '2026-12-01T00:00:00+08:00' })).toBe('自 2026-12-01 起')
  expect(periodText({ until: '2027-01-01T00:00:00+08:00' })).toBe('至 2026-12-31')
  expect(periodText({ from: '2026-12-01T08:30:00+08:00', until: '2026-12-03T00:00:00+08:00' })).toBe('2026-12-01 08:30 至 2026-12-02')
})
