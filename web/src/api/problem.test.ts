import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { asProblem, atField, demand, fieldText, invalid, Problem, problemFrom, problemText } from './problem'

beforeAll(() => setLang('zh', false))

describe('reading', () => {
  it('takes the server’s document, and the status of anything else', () => {
    expect(problemFrom(409, { status: 409, code: 'org.code_taken' }).code).toBe('org.code_taken')
    expect(problemFrom(502, '<html>').code).toBe('unavailable')
    expect(problemFrom(500, null).code).toBe('internal')
  })
  it('knows a lost network, a cancelled request and a bug', () => {
    expect(asProblem(new TypeError('Failed to fetch')).code).toBe('network')
    expect(asProblem(new DOMException('x', 'AbortError')).isAborted).toBe(true)
    expect(asProblem(new Error('x')).code).toBe('internal')
    const own = new Problem({ code: 'a.b' })
    expect(asProblem(own)).toBe(own)
  })
})

describe('words', () => {
  it('come from the catalogue, else from the server, else name the code', () => {
    expect(problemText(new Problem({ code: 'org.code_taken' }))).toMatch(/编码/)
    expect(problemText(new Problem({ code: 'new.code', title: '服务器的话' }))).toBe('服务器的话')
    expect(problemText(new Problem({ code: 'new.code' }))).toContain('new.code')
  })
  it('of a field know its limit', () => {
    expect(fieldText({ name: 'x', code: 'too_short', params: { limit: 8 } })).toContain('8')
    expect(fieldText({ name: 'x', code: 'what' })).toContain('what')
  })
})

describe('fields', () => {
  it('that must be filled are named before anything is sent', () => {
    const values = { name: ' ', code: 'a', n: 0 }
    expect(() => demand(values, 'code', 'n')).not.toThrow()
    try {
      demand(values, 'name', 'code')
      expect.unreachable()
    } catch (error) {
      expect((error as Problem).fields).toEqual([{ name: 'name', code: 'required' }])
    }
  })
  it('take the problem that concerns them', () => {
    const taken = atField(new Problem({ status: 409, code: 'org.code_taken' }), { 'org.code_taken': 'code' })
    expect(taken.fields[0]).toMatchObject({ name: 'code', code: 'org.code_taken' })
    expect(taken.code).toBe('input.invalid')
    expect(atField(new Problem({ code: 'other' }), { 'org.code_taken': 'code' }).code).toBe('other')
    expect(invalid([]).status).toBe(422)
  })
})
