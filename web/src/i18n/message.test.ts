import { describe, expect, it } from 'vitest'
import { formatMessage } from './message'

const params = (p: Record<string, unknown>) => (name: string) => p[name]

describe('formatMessage', () => {
  it('fills placeholders', () => {
    expect(formatMessage('{name} 已保存,共 {n} 条', params({ name: '客户', n: 2 }))).toBe('客户 已保存,共 2 条')
  })
  it('shows a missing placeholder by its name instead of hiding it', () => {
    expect(formatMessage('at least {min}', params({}))).toBe('at least {min}')
  })
  it.each([
    [1, '1 row'],
    [0, '0 rows'],
    [2, '2 rows'],
  ])('chooses the form for %i', (n, want) => {
    expect(formatMessage('{n} row | {n} rows', params({ n }))).toBe(want)
  })
  it.each([
    [8000, '8 kVA'],
    ['12345678', '12,345.678 kVA'],
    ['all', 'all kVA'],
    [undefined, '{va:kilo} kVA'],
  ])('reads %o in thousands', (va, want) => {
    expect(formatMessage('{va:kilo} kVA', params({ va }))).toBe(want)
  })
  it('leaves characters alone that other message formats treat as syntax', () => {
    expect(formatMessage('name@example.com $ # a|b', params({}))).toBe('name@example.com $ # a|b')
  })
})
