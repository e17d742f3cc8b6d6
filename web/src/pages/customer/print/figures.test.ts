import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import type { Figure } from '../types'
import { figureHow, figureName, figureText } from './figures'

beforeAll(() => setLang('zh', false))
const figure = (f: Partial<Figure>) => ({ code: 'yoy_12m', known: true, unit: 'permille', value: -38, params: {}, ...f }) as Figure

describe('figures', () => {
  it('show their unit', () => {
    expect(figureText(figure({}))).toBe('-3.8%')
    expect(figureText(figure({ unit: 'Wh', value: 12_536_853 }))).toBe('12,537 kWh')
    expect(figureText(figure({ unit: 'Wh/d', value: 404_414 }))).toBe('404.41 kWh/天')
  })
  it('say that too little is on record', () => {
    expect(figureText(figure({ known: false }))).toBe('–')
    expect(figureHow(figure({ known: false }))).toBe('所需月份的电量记录不全，暂不计算。')
  })
  it('are named and explained, months readable', () => {
    expect(figureName(figure({ code: 'per_day' }))).toBe('日均电量')
    expect(figureHow(figure({ code: 'yoy_month', params: { month: 202610, before: 202510 } }))).toBe('2026-10 月电量与 2025-10 月相比的增减。')
  })
})
