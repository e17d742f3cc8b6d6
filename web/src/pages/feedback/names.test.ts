import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { limitText } from './limit'
import { categoryWay, dueOf, span } from './names'

const HOUR = 3_600_000
const now = Date.parse('2026-11-29T08:00:00Z')
const due = (hours: number) => dueOf({ state: 'accepted', due_stage: 'answer', due_state: 'counted', due_at: new Date(now + hours * HOUR).toISOString() }, now)

beforeAll(() => setLang('zh'))

describe('what a case is due by', () => {
  it('is plain, rose from two days before, red when late: in words too', () => {
    expect(due(72)).toMatchObject({ tone: 'neutral', text: '答复 · 剩 3 天' })
    expect(due(47)).toMatchObject({ tone: 'near', text: '答复 · 剩 47 小时' })
    expect(due(-1)).toMatchObject({ tone: 'bad', text: '答复 · 超时 1 小时' })
  })
  it('tells of a clock that stands still and of a missing calendar', () => {
    expect(dueOf({ state: 'waiting', due_stage: 'answer', due_state: 'paused' }, now)?.text).toBe('答复 · 已暂停')
    expect(dueOf({ state: 'accepted', due_stage: 'answer', due_state: 'calendar_missing' }, now)?.text).toBe('答复 · 缺少日历')
  })
  it('is nothing once the case has ended', () => {
    expect(dueOf({ state: 'closed', due_stage: 'answer', due_state: 'counted', due_at: '2026-11-29T08:00:00Z', ended_at: '2026-11-29T08:00:00Z' }, now)).toBeUndefined()
  })
})

it('spans and limits are in words', async () => {
  expect(span(20_000)).toBe('1 分钟')
  expect(limitText('5wd')).toBe('5 个工作日')
  expect(limitText('soon')).toBe('soon')
  await setLang('en')
  expect(limitText('1wd')).toBe('1 working day')
  await setLang('zh')
})

it('a category stands with those above it', () => {
  const c = (code: string, parent: string, name_zh: string) => ({ code, parent, name_zh, name_en: code, types: [], built: true, version: 0 })
  expect(categoryWay([c('outage', '', '停送电'), c('outage.info', 'outage', '停电信息')], 'outage.info')).toBe('停送电 / 停电信息')
  expect(categoryWay([], 'gone')).toBe('gone')
})
