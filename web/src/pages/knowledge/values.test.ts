import { beforeEach, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import type { ArticleDetail, Terms } from './articles'
import { wordsOf } from './articles'
import { articleInput, articleLabels, articleShow, articleValues, emptyArticle } from './values'

beforeEach(() => setLang('zh', false))
const term = (code: string, name_zh: string) => ({ code, name_zh, name_en: code })
const terms = { categories: [term('answer', '标准答复')], contact_points: [term('bill', '账单')], variables: [], review_months: 12 } as unknown as Terms
const article = {
  org_id: 'o1', owner_id: 'u1', sheet: { zh: { title: '现行', html: '' }, en: { title: 'Live', html: '' } },
  work: { zh: { title: '改稿', body: '正文' }, category: 'answer', audience: 'public', note: '更正', numbered: false },
} as unknown as ArticleDetail

describe('the form of an article', () => {
  it('begins with the working copy, not with what readers see', () => {
    expect(articleValues(article)).toEqual({
      org_id: 'o1', owner_id: 'u1', zh: { title: '改稿', body: '正文', basis: '' }, en: { title: '', body: '', basis: '' }, category: 'answer', contact_point: '', audience: 'public', tags: [], note: '更正',
    })
  })
  it('is empty where the working copy is not shown', () => expect(articleValues({ ...article, work: undefined })).toEqual(emptyArticle('o1')))
  it('names an organisation only while the article is not yet made, and an owner only where one is chosen', () => {
    const values = emptyArticle('o1')
    expect(articleInput(values, false)).toMatchObject({ org_id: 'o1', owner_id: undefined })
    expect(articleInput({ ...values, owner_id: 'u2' }, true)).toMatchObject({ org_id: undefined, owner_id: 'u2' })
    expect(articleInput(emptyArticle(''), false).org_id).toBeUndefined()
  })
  it('shows a conflict in words', () => {
    const show = articleShow(terms, [{ id: 'u1', name: '王芳', unit_id: 'o1' }])
    expect([show('zh', { title: '题', body: '文', basis: '' }), show('category', 'answer'), show('contact_point', 'bill'), show('audience', 'public'), show('owner_id', 'u1'), show('owner_id', 'u9'), show('tags', ['一', '二']), show('note', '更正')]).toEqual([
      '题\n文', '标准答复', '账单', '公开', '王芳', '', '一、二', '更正',
    ])
    expect(Object.keys(emptyArticle('')).filter((k) => !articleLabels[k])).toEqual([])
  })
})

it('an article is read in the language of the reader, or in the other', async () => {
  expect(wordsOf(article.sheet)?.title).toBe('现行')
  await setLang('en', false)
  expect(wordsOf(article.sheet)?.title).toBe('Live')
  expect(wordsOf({ ...article.sheet, en: undefined })?.title).toBe('现行')
})
