import { describe, expect, it } from 'vitest'
import { monthsOf, readFile, runsOf, weekdayOf, yearOfObject, type Day } from './calendars'

function year(y: number): Day[] {
  const days: Day[] = []
  for (let at = Date.UTC(y, 0, 1); new Date(at).getUTCFullYear() === y; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10)
    days.push({ day, kind: weekdayOf(day) > 5 ? 'weekend' : 'weekday' })
  }
  return days
}

describe('a year as months', () => {
  const months = monthsOf(year(2026))
  it('has all days, each under its day of the week', () => {
    expect(months).toHaveLength(12)
    expect(months.flatMap((m) => m.weeks.flat()).filter(Boolean)).toHaveLength(365)
    for (const m of months) for (const w of m.weeks) w.forEach((d, i) => d && expect(weekdayOf(d.day)).toBe(i + 1))
  })
  it('leaves days of other months out', () => {
    expect(months[1]?.weeks).toHaveLength(5) // February 2026: Sunday the 1st to Saturday the 28th
    expect(months[1]?.weeks[0]?.filter(Boolean)).toHaveLength(1)
  })
  it('of no calendar is none', () => expect(monthsOf([])).toEqual([]))
})

describe('named days', () => {
  it('stand together with their neighbours', () => {
    const day = (day: string, kind: Day['kind'], name?: string): Day => ({ day, kind, name })
    expect(
      runsOf([day('2026-02-14', 'make_up', '春节'), day('2026-02-15', 'holiday', '春节'), day('2026-02-16', 'holiday', '春节'), day('2026-02-17', 'weekday'), day('2026-02-28', 'make_up', '春节')]),
    ).toEqual([
      { from: '2026-02-14', to: '2026-02-14', name: '春节', kind: 'make_up' },
      { from: '2026-02-15', to: '2026-02-16', name: '春节', kind: 'holiday' },
      { from: '2026-02-28', to: '2026-02-28', name: '春节', kind: 'make_up' },
    ])
  })
})

it('an identifier ends with its year', () => expect(yearOfObject('00000000-0000-0000-0000-0000000007eb')).toBe(2027))

describe('a file', () => {
  it('is read with what else it says left out', () => {
    const text = '\uFEFF{"$schema":"x","year":2027,"papers":["p"],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true,"x":1}]}'
    expect(readFile(text).file).toEqual({ year: 2027, notice: '', papers: ['p'], days: [{ name: '元旦', date: '2027-01-01', isOffDay: true }] })
  })
  it('of another kind is refused', () => {
    expect(readFile('日期,名称').error).toBe('problem.field.not_json')
    for (const other of ['{}', '[]', '{"year":"2027","days":[]}', '{"year":2027}']) expect(readFile(other).error).toBe('calendar.no_calendar')
  })
})
