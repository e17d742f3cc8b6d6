import { describe, expect, it } from 'vitest'
import { checkPassword, makePassword, type PasswordRules } from './password'

const rules: PasswordRules = { min_length: 8, max_length: 128, classes: 2, history: 5 }

describe('password', () => {
  it.each([
    ['', 'wang', 'empty', 0],
    ['1234567', 'wang', 'more', 1],
    ['一二三四五六七', 'wang', 'more', 1],
    ['一二三四五六7八', 'wang', 'good', 0],
    ['😀😀😀a', 'wang', 'more', 4],
    ['abcdefgh', 'wang', 'simple', 1],
    ['abcdefgH', 'wang', 'good', 0],
    ['WangFang1', 'wangfang1', 'is_login', 0],
    ['x'.repeat(129), 'wang', 'too_long', 0],
    [`1${'x'.repeat(127)}`, '', 'good', 0],
  ])('%s of %s is %s', (password, login, code, n) => {
    expect(checkPassword(password, login, rules)).toEqual({ ok: code === 'good', code, n })
  })
  it('counts kinds as the server does', () => {
    expect(checkPassword('abcdefgh', '', { ...rules, classes: 4 }).n).toBe(3)
    expect(checkPassword('aB3-aB3-', '', { ...rules, classes: 4 }).ok).toBe(true)
  })
  it('is made by chance, readable, and passes', () => {
    const made = Array.from({ length: 50 }, () => makePassword(rules))
    expect(new Set(made).size).toBe(50)
    for (const p of made) {
      expect(p).toMatch(/^[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}$/)
      expect(p).not.toMatch(/[01loi]/)
    }
  })
  it('is made longer and with capitals where the rules want it', () => {
    const strict = { ...rules, min_length: 22, classes: 4 }
    for (let i = 0; i < 20; i++) expect(checkPassword(makePassword(strict), 'wang', strict).ok).toBe(true)
  })
})
