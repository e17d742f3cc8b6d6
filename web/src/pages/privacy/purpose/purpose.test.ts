import { describe, expect, it } from 'vitest'
import type { Purpose } from '../types'
import { asksAnew, changeOf } from './purpose'

const sms = { code: 'sms', name_zh: '短信', name_en: 'SMS', sensitive: false, source_zh: '', source_en: '', text: { version: '2026-1', from: '2026-01-01', zh: '同意', en: 'I agree' } } as Purpose

describe('a purpose', () => {
  it('is asked anew when its text is another, not when its name is', () => {
    const as = changeOf(sms)
    expect(asksAnew(sms, { ...as, text_zh: ' 同意 ' })).toBe(false)
    expect(asksAnew(sms, { ...as, text_en: 'I consent' })).toBe(true)
    expect(asksAnew(sms, { ...as, name_zh: '别的' } as typeof as)).toBe(false)
  })
  it('asks nobody anew when it is new', () => {
    expect(asksAnew(undefined, changeOf())).toBe(false)
  })
})
