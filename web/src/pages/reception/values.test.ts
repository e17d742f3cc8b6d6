import { describe, expect, it } from 'vitest'
import type { Reception } from './types'
import { emptyVisit, visitInput, visitOf } from './values'

describe('the values of a visit', () => {
  it('are sent without what is empty', () => {
    const now = new Date('2026-03-02T01:00:00Z')
    expect(visitInput({ ...emptyVisit('', now), name: ' 张三 ', phone: ' ' })).toEqual({ name: '张三', arrived_at: now.toISOString() })
  })
  it('come back as they were, for nothing of a record may be lost by a change', () => {
    const record = { org_id: 'o', name: '张三', phone: '15400001234', arrived_at: '2026-03-02T01:00:00.000Z', left_at: '2026-03-02T02:00:00.000Z', course: '办结', looks: '戴眼镜' } as Reception
    expect(visitInput(visitOf(record))).toEqual(record)
  })
})
