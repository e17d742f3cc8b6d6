import { beforeEach, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { amountText, bareAmount, beyond, rateText, typeChoices, type PromiseType } from './promises'

beforeEach(() => setLang('zh'))

describe('a promise', () => {
  it('tells how much is promised in its unit', () => {
    expect(amountText('h', 4)).toBe('4 小时内')
    expect(amountText('wd', 5)).toBe('5 个工作日内')
    expect(amountText('fen', 20000)).toContain('200.00')
    expect(bareAmount('m', 30)).toBe('30 分钟')
  })
  it('is the more generous the shorter it takes, or the more it costs', () => {
    expect(beyond('h', 3, 4)).toBe(true)
    expect(beyond('h', 4, 4)).toBe(false)
    expect(beyond('fen', 20001, 20000)).toBe(true)
  })
  it('is offered of types that are open, any other last', () => {
    const type = (code: string, promised = true) => ({ code, promised, name_zh: code, name_en: code }) as PromiseType
    expect(typeChoices([type('other'), type('answer'), type('gone', false)]).map((c) => c.value)).toEqual(['answer', 'other'])
  })
  it('has no rate before any has come due', () => {
    expect(rateText({ rate: -1 }, String)).toBe('')
    expect(rateText({ rate: 975 }, String)).toBe('0.975')
  })
})
