import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { byDue, dayAfter, dueGroup, dueText, endOfDay } from './due'

beforeAll(() => setLang('zh', false))
// Sunday 22 November 2026, 23:30 in Beijing: in London it is still afternoon.
const now = Date.parse('2026-11-22T23:30:00+08:00')
const at = (due_at?: string) => ({ due_at })

describe('due', () => {
  it.each([
    [undefined, 'none', ''],
    ['2026-11-22T23:29:00+08:00', 'overdue', '刚刚逾期'],
    ['2026-11-22T20:00:00+08:00', 'overdue', '已逾期 3 小时'],
    ['2026-11-20T20:00:00+08:00', 'overdue', '已逾期 2 天'],
    ['2026-11-22T23:45:00+08:00', 'today', '今天 23:45'],
    [endOfDay('2026-11-22'), 'today', '今天'],
    ['2026-11-22T17:00:00Z', 'week', '明天 01:00'],
    [endOfDay('2026-11-23'), 'week', '明天'],
    [endOfDay('2026-11-28'), 'week', '2026-11-28 周六'],
    ['2026-11-29T09:00:00+08:00', 'week', '2026-11-29 周日 09:00'],
    [endOfDay('2026-11-30'), 'later', '2026-11-30 周一'],
  ])('%s stands under %s as %j', (due, group, text) => {
    expect(dueGroup(at(due), now)).toBe(group)
    expect(dueText(at(due), now)).toBe(text)
  })
  it('counts days in Beijing', () => {
    expect(dayAfter(now, 0)).toBe('2026-11-22')
    expect(dayAfter(now, 1)).toBe('2026-11-23')
    expect(dayAfter(Date.parse('2026-11-22T16:30:00Z'), 0)).toBe('2026-11-23')
  })
  it('groups keep the order of the list and leave out empty headings', () => {
    const tasks = [at('2026-11-20T00:00:00Z'), at('2026-11-21T00:00:00Z'), at('2027-01-01T00:00:00Z'), at()]
    expect(byDue(tasks, now).map((g) => [g.group, g.tasks.length])).toEqual([['overdue', 2], ['later', 1], ['none', 1]])
    expect(byDue([], now)).toEqual([])
  })
})
