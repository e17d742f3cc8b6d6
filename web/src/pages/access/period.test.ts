import { beforeEach, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { beginOf, dayEnd, dayStart, endOf, fromOf, lastDay, periodText, untilOf } from './period'

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

it('edits limits by day, and by the minute where somebody names one', () => {
  for (const [until, day, time] of [
    ['2027-01-01T00:00:00+08:00', '2026-12-31', ''],
    ['2026-12-31T18:30:00+08:00', '2026-12-31', '18:30'],
  ] as const) {
    expect(endOf(until)).toEqual({ day, time })
    expect(untilOf({ day, time })).toBe(until)
  }
  expect(endOf('2026-12-31T10:30:00Z')).toEqual({ day: '2026-12-31', time: '18:30' })
  expect(beginOf('2026-12-01T08:00:00+08:00')).toEqual({ day: '2026-12-01', time: '08:00' })
  expect(fromOf({ day: '2026-12-01', time: '' })).toBe('2026-12-01T00:00:00+08:00')
  expect([fromOf({ day: '', time: '' }), untilOf({ day: '', time: '08:00' }), beginOf(), endOf()]).toEqual([undefined, undefined, { day: '', time: '' }, { day: '', time: '' }])
})
