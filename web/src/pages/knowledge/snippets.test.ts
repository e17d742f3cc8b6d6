import { beforeEach, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import type { Snippet } from './articles'
import { fill, matching, phraseOf, unknownIn, valuesOf, written } from './snippets'

beforeEach(() => setLang('zh', false))
const codes = ['customer_name', 'amount']
const snippet = (more: Partial<Snippet> = {}) =>
  ({ id: 's1', org_id: 'o1', contact_point: 'bill', zh: { name: '账单', text: '{customer_name}您好' }, en: { name: 'Bill', text: 'Dear {customer_name}' }, retired: false, ...more }) as Snippet

describe('variables', () => {
  it.each([
    ['{customer_name}您好，{amount}', undefined],
    ['没有变量', undefined],
    ['{nobody}', '{nobody}'],
    ['{ customer_name }', '{ customer_name }'],
    ['{}', '{}'],
    ['{customer_name', '{'],
    ['a}b', '}'],
    ['{{amount}}', '{'],
  ])('of %s: %s is wrong', (text, odd) => expect(unknownIn(text, codes)).toBe(odd))

  it('are filled with what is known; the others stay and are told of once', () => {
    expect(fill('{customer_name}，{amount}，{amount}', { amount: ' 12 元 ', customer_name: ' ' })).toEqual({ text: '{customer_name}，12 元，12 元', missing: ['customer_name'] })
    expect(fill('{amount}{amount}', {}).missing).toEqual(['amount'])
  })
  it('a value is no text to fill, nor a pattern', () => {
    expect(fill('{customer_name}', { customer_name: '{amount}$&' })).toEqual({ text: '{amount}$&', missing: [] })
  })
  it('are written in braces', () => expect(unknownIn(written('amount'), codes)).toBeUndefined())
})

describe('a standard answer', () => {
  it('reads in the language of the reader, or in the other', async () => {
    expect(phraseOf(snippet()).name).toBe('账单')
    expect(phraseOf(snippet({ zh: undefined })).name).toBe('Bill')
    await setLang('en', false)
    expect(phraseOf(snippet()).name).toBe('Bill')
    expect(phraseOf(snippet({ en: {} })).name).toBe('账单')
    expect(phraseOf({})).toEqual({ name: '', text: '' })
  })
  it('is found by name and text in both languages', () => {
    const list = [snippet(), snippet({ id: 's2', zh: { name: '停电', text: '抱歉' }, en: undefined })]
    const found = (words: string) => matching(list, words).map((s) => s.id)
    expect([found(' BILL '), found('抱歉'), found('没有'), found('')]).toEqual([['s1'], ['s2'], [], ['s1', 's2']])
  })
  it('begins empty in the organisation, and is changed as it stands', () => {
    expect(valuesOf(undefined, 'o2')).toEqual({ org_id: 'o2', contact_point: '', zh: { name: '', text: '' }, en: { name: '', text: '' }, retired: false })
    expect(valuesOf(snippet({ en: undefined, retired: true }), 'o2')).toMatchObject({ org_id: 'o1', en: { name: '', text: '' }, retired: true, zh: { name: '账单' } })
  })
})
