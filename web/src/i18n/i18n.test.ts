import { afterEach, describe, expect, it } from 'vitest'
import { elementLocale, hasText, lang, langTag, preferredLang, setLang, t } from '.'

afterEach(() => setLang('zh', false))

describe('setLang', () => {
  it('switches sentences, Element Plus and the document', async () => {
    await setLang('en')
    expect([t('kit.save'), elementLocale.value?.name, document.documentElement.lang, langTag()]).toEqual(['Save', 'en', 'en', 'en'])
    await setLang('zh')
    expect([t('kit.save'), document.documentElement.lang, lang.value]).toEqual(['保存', 'zh-CN', 'zh'])
  })
  it('remembers a choice, not a default', async () => {
    await setLang('en', false)
    expect(localStorage.getItem('zhiyin.lang')).toBeNull()
    await setLang('en')
    expect(preferredLang()).toBe('en')
  })
})

describe('t', () => {
  it('fills and counts', async () => {
    await setLang('en', false)
    expect([t('kit.list.rows', { n: 1 }), t('kit.list.rows', { n: 3 })]).toEqual(['1 row on this page', '3 rows on this page'])
  })
  it('knows what it has', () => expect([hasText('kit.save'), hasText('kit.nothing')]).toEqual([true, false]))
})
