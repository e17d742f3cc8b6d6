import { describe, expect, it } from 'vitest'
import { feedOf } from './feed'
import type { LogEntry, Reception } from './types'

const visit = (id: string, at: string, more: Partial<Reception> = {}) => ({ id, arrived_at: at, name: '甲', intention: '咨询', ...more }) as Reception
const entry = (id: string, at: string) => ({ id, at, reception_id: 'v', visitor: '甲', mode: 'call', text: '回访' }) as LogEntry
const ids = (feed: { id: string }[]) => feed.map((x) => x.id).join(' ')

describe('a personal log', () => {
  it('is one line of time', () => {
    const feed = feedOf({ items: [visit('c', '2026-03-03T09:00:00Z'), visit('a', '2026-03-01T09:00:00Z')], next: '' }, { items: [entry('b', '2026-03-02T09:00:00Z')], next: '' })
    expect(ids(feed)).toBe('c b a')
    expect(feed[1]).toMatchObject({ kind: 'call', visitor: '甲', receptionId: 'v', text: '回访', open: false })
  })
  it('holds back what is older than the end of a list that goes on', () => {
    const visits = { items: [visit('c', '2026-03-03T09:00:00Z')], next: 'more' }
    const entries = { items: [entry('d', '2026-03-04T09:00:00Z'), entry('b', '2026-03-02T09:00:00Z')], next: '' }
    expect(ids(feedOf(visits, entries))).toBe('d c')
    expect(ids(feedOf({ ...visits, next: '' }, entries))).toBe('d c b')
  })
  it('marks a visit whose course is to be told', () => {
    const feed = feedOf({ items: [visit('a', '2026-03-01T09:00:00Z'), visit('b', '2026-02-01T09:00:00Z', { course_at: '2026-02-01T10:00:00Z', course: '办结' })], next: '' }, { items: [], next: '' })
    expect(feed.map((x) => [x.open, x.text])).toEqual([[true, '咨询'], [false, '咨询\n办结']])
  })
})
