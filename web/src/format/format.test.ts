import { describe, expect, it } from 'vitest'
import { lang } from '@/i18n'
import { bytes, change, dateTime, day, energy, fixed, longDay, money, month, number, percent, relative } from './format'

describe('money', () => {
  it.each([
    [0, '¥0.00'],
    [5, '¥0.05'],
    [123450, '¥1,234.50'],
    [-199, '−¥1.99'],
    [9007199254740991, '¥90,071,992,547,409.91'],
  ])('%i fen is %s', (fen, want) => expect(money(fen)).toBe(want))
  it('shows a dash for no amount', () => expect(money(null)).toBe('–'))
})

describe('dates', () => {
  it('shows instants in Beijing time', () => expect(dateTime('2026-11-21T16:05:00Z')).toBe('2026-11-22 00:05'))
  it('gives the Beijing day', () => expect(day('2026-11-21T15:59:59Z')).toBe('2026-11-21'))
  it('does not shift calendar days', () => {
    expect(longDay('2026-11-22')).toBe('2026年11月22日')
    lang.value = 'en'
    expect(longDay('2026-11-22')).toBe('November 22, 2026')
    lang.value = 'zh'
  })
  it('shows a dash for what is no date', () => expect([dateTime(''), dateTime('x'), longDay(null)]).toEqual(['–', '–', '–']))
  it('names billing months', () => expect(month(202603)).toBe('2026-03'))
  it.each([
    [-90_000_000, '昨天'],
    [7_200_000, '2小时后'],
    [-61_000, '1分钟前'],
  ])('%i ms from now is %s', (delta, want) => expect(relative(1e12 + delta, 1e12)).toBe(want))
})

describe('numbers', () => {
  it('groups and cuts decimals', () => expect(number(12345.6789, 2)).toBe('12,345.68'))
  it('keeps the decimals of statistics', () => expect(fixed(0.5)).toBe('0.500'))
  it('shows parts as percent, growth with its sign', () =>
    expect([percent(0.2564), percent(0.98), percent(0.98, 0), change(0.108), change(-0.01), change(0)]).toEqual(['25.6%', '98.0%', '98%', '+10.8%', '-1.0%', '0.0%']))
  it('shows energy in kWh', () => expect([energy(234_500), energy(1_234_500), energy(-1_234_600)]).toEqual(['234.5 kWh', '1,235 kWh', '-1,235 kWh']))
  it('scales bytes', () => expect([bytes(999), bytes(1_240_000), bytes(20 * 2 ** 20)]).toEqual(['999 B', '1.2 MB', '20 MB']))
})
