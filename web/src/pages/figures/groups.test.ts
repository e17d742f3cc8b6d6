import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { drillTo, groupName, monthOf, sold, wayOf, type Group } from './groups'

beforeAll(() => setLang('zh', false))
const group = (g: Partial<Group>) => ({ org_id: 'o', ...g }) as Group

describe('groups', () => {
  it('are called by their words', () => {
    expect(groupName('segment', group({ class: 'hv', use_category: 'two_part', area: 'urban' }))).toBe('高压 · 工商业两部制 · 城镇')
    expect(groupName('use_category', group({ use_category: '' }))).toBe('未分类')
    expect(groupName('manager', group({ manager_name: '周经理' }))).toBe('周经理')
  })
  it('lead to what they are made of', () => {
    expect(drillTo('manager', group({ manager_id: 'm' }))).toEqual({ name: 'customers', query: { manager_id: 'm' } })
    expect(drillTo('segment', group({ class: 'hv', use_category: 'two_part', area: 'urban' }))).toEqual({ name: 'supply-accounts', query: { class: 'hv', use_category: 'two_part' } })
    expect(drillTo('use_category', group({ use_category: '' }))).toBeUndefined()
    expect(drillTo('area', group({ area: 'urban' }))).toBeUndefined()
  })
  it('take nothing from the address that is none', () => {
    expect([wayOf('class'), wayOf('drop table'), monthOf('202610'), monthOf('202613'), monthOf('x')]).toEqual(['class', 'company', 202610, undefined, undefined])
  })
  it('show large sums in the unit of the trade', () => expect([sold(12_345_678_000), sold(undefined)]).toEqual(['1,234.57', '–']))
})
