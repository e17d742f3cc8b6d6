import { afterAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { fieldName, valueName } from './names'

afterAll(() => setLang('zh', false))

describe('names of fields and codes', () => {
  const field = { code: 'sex', type: 'code' as const, zh: '性别', en: 'Sex' }
  it('are those of the reader’s language', async () => {
    await setLang('zh', false)
    expect([fieldName(field), valueName({ code: 'male', zh: '男', en: 'Male' })]).toEqual(['性别', '男'])
    await setLang('en', false)
    expect([fieldName(field), valueName({ code: 'male', zh: '男', en: 'Male' })]).toEqual(['Sex', 'Male'])
  })
  it('are Chinese where a company named no English', async () => {
    await setLang('en', false)
    expect(valueName({ code: 'flat', zh: '平' })).toBe('平')
  })
})
