import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { certificateKinds, className, codeName, kva, nameOf, usable } from './names'
import type { Scheme } from './types'

const scheme = {
  code: 'relation', name_zh: '按供电关系', name_en: '',
  classes: [{ code: 'new', name_zh: '新客户', name_en: 'New' }, { code: 'old', name_zh: '旧', retired: true }],
} as unknown as Scheme
beforeAll(() => setLang('zh', false))
afterAll(() => setLang('zh', false))

describe('names', () => {
  it('speak both languages, Chinese where English is missing', async () => {
    expect(className(scheme, 'new')).toBe('新客户')
    await setLang('en', false)
    expect(className(scheme, 'new')).toBe('New')
    expect(nameOf(scheme)).toBe('按供电关系')
    await setLang('zh', false)
  })
  it('show an unknown class by its code', () => expect([className(scheme, 'x'), className(scheme, undefined)]).toEqual(['x', '']))
  it('offer only classes in use', () => expect(usable(scheme).map((c) => c.code)).toEqual(['new']))
  it('offer certificates by kind', () => {
    expect(certificateKinds('person')[0]).toBe('resident_id')
    expect(certificateKinds('organisation')[0]).toBe('uscc')
  })
  it('write capacity in kVA and nothing for nothing', () => {
    expect([kva(12_000), kva(1_250_500), kva(0), codeName('voltage', undefined), codeName('voltage', 'AC00101')]).toEqual(['12 kVA', '1,250.5 kVA', '', '', '10kV'])
  })
})
