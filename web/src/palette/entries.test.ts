import { describe, expect, it } from 'vitest'
import { FileQuestion } from '@lucide/vue'
import type { SearchItem } from '@/api/types'
import { actionEntries, hitEntry, matches, pageEntries } from './entries'

const t = (key: string) => ({ 'a.customers': '客户 Customers', 'a.report': '满意度报告', 'a.new': '新建客户', 'a.kind': '客户' })[key] ?? key

describe('matches', () => {
  it.each([
    ['', 'anything', true],
    ['cust', 'Customers', true],
    ['客 户', '客户', true],
    ['客 单', '客户', false],
  ])('%j in %j: %s', (query, text, want) => expect(matches(query, text)).toBe(want))
})

describe('entries', () => {
  it('pages are found by their name', () => {
    const nav = [
      { to: 'customers', label: 'a.customers', icon: FileQuestion, group: 'work' as const, order: 1 },
      { to: 'report', label: 'a.report', icon: FileQuestion, group: 'work' as const, order: 2 },
    ]
    expect(pageEntries(nav, '报告', t).map((e) => e.to)).toEqual([{ name: 'report' }])
  })
  it('actions keep what they run', () => {
    const run = () => 1
    expect(actionEntries([{ id: 'n', label: 'a.new', icon: FileQuestion, run }], '新建', t)[0]?.run).toBe(run)
  })
  it('results lead to the page of their kind; an unknown kind is left out', () => {
    const item = { kind: 'customer', id: '7', title: '张三', subtitle: '0010', org_id: 'o', hint: '电话尾号' }
    const kinds = { customer: { label: 'a.kind', icon: FileQuestion, to: (i: SearchItem) => `/customers/${i.id}` } }
    expect(hitEntry(item, kinds, t, 'results')).toMatchObject({ to: '/customers/7', kind: '客户', subtitle: '0010 · 电话尾号' })
    expect(hitEntry({ ...item, kind: 'other' }, kinds, t, 'results')).toBeNull()
  })
})
