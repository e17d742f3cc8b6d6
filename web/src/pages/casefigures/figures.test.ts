import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { askedOf, casesOf, groupName, part, took } from './figures'

beforeAll(() => setLang('zh'))

describe('figures of cases', () => {
  it('asks for twelve months unless told otherwise, and passes over what is no day or type', () => {
    expect(askedOf({}, '2026-11-29')).toEqual({ from: '2025-11-01', to: '2026-11-29' })
    expect(askedOf({ from: '2026-02-01', to: 'tomorrow', type: 'complaint,nonsense', channel: 'phone' }, '2026-11-29', 'o')).toEqual({
      from: '2026-02-01', to: '2026-11-29', type: ['complaint'], channel: 'phone', org_id: 'o',
    })
    expect(askedOf({ type: 'nonsense', channel: 'pigeon' }, '2026-11-29')).toEqual({ from: '2025-11-01', to: '2026-11-29' })
  })
  it('leads to the cases that were counted', () => {
    const asked = { from: '2026-01-01', to: '2026-01-31', type: ['complaint' as const] }
    expect(casesOf(asked, 'unit', 'u1')).toEqual({ name: 'cases', query: { tab: 'all', received: '2026-01-01..2026-01-31', counted: 'yes', type: 'complaint', unit_id: 'u1' } })
    expect(casesOf(asked, 'unit', '')).toBeUndefined()
    expect(casesOf(asked, 'type', 'fault')).toMatchObject({ query: { type: 'fault' } })
  })
  it('calls groups by their names, and those of nothing too', () => {
    expect(groupName('channel', { key: 'phone' })).not.toContain('feedback.')
    expect(groupName('finding', { key: 'own_error' })).toBe('客户自身')
    expect(groupName('finding', { key: '' })).toBe('尚未认定')
    expect(groupName('unit', { key: 'u1', name: '城关供电所' })).toBe('城关供电所')
  })
  it('says nothing of nothing', () => {
    expect(part(0, 0)).toBe('–')
    expect(took(0, 0)).toBe('–')
  })
})
