import { describe, expect, it } from 'vitest'
import { checkPassword, makePassword } from './password'

describe('password', () => {
  it.each([
    ['', 'wang', 'empty', 8],
    ['1234567', 'wang', 'more', 1],
    ['一二三四五六七', 'wang', 'more', 1],
    ['一二三四五六七八', 'wang', 'good', 0],
    ['😀😀😀😀', 'wang', 'more', 4],
    ['WangFang1', 'wangfang1', 'is_login', 0],
    ['x'.repeat(129), 'wang', 'too_long', 0],
    ['x'.repeat(128), '', 'good', 0],
  ])('%s of %s is %s', (password, login, code, n) => {
    expect(checkPassword(password, login)).toEqual({ ok: code === 'good', code, n })
  })
  it('is made by chance, readable, and passes', () => {
    const made = Array.from({ length: 50 }, makePassword)
    expect(new Set(made).size).toBe(50)
    for (const p of made) {
      expect(p).toMatch(/^[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}$/)
      expect(p).not.toMatch(/[01loi]/)
      expect(checkPassword(p, 'wang').ok).toBe(true)
    }
  })
})
