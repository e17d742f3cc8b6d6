import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { me } from '@/session/session'
import { mountApp, serve, somebody, testRouter, tick, type Sent } from '@/test/mount'
import InsertSnippet from './InsertSnippet.vue'
import SnippetChooser from './SnippetChooser.vue'
import SuggestCard from './SuggestCard.vue'

const term = (code: string, name_zh: string) => ({ code, name_zh, name_en: code })
const terms = { categories: [], contact_points: [term('bill', '账单')], variables: [{ ...term('customer_name', '客户姓名'), example_zh: '王女士', example_en: 'Ms Wang' }, { ...term('amount', '金额'), example_zh: '12 元', example_en: '12' }], review_months: 12 }
const snippets = [
  { id: 's1', contact_point: 'bill', zh: { name: '账单说明', text: '{customer_name}您好，{amount}。' }, variables: [], may: [] },
  { id: 's2', contact_point: 'bill', zh: { name: '致歉', text: '深表歉意。' }, variables: [], may: [] },
]
const article = { id: 'a1', title: '怎样看账单', sheet: { zh: { title: '怎样看账单', html: '<p>先看左上角</p>', basis: '规程' } } }
const answers: Record<string, unknown> = {
  '/api/v1/article-terms': terms, '/api/v1/snippets': { items: snippets }, '/api/v1/article-suggestions': { items: [{ id: 'a1', title: '怎样看账单', excerpt: '先看' }] }, '/api/v1/articles/a1': article,
}
let sent: Sent[]
beforeEach(() => {
  document.body.innerHTML = ''
  me.value = { ...somebody, permissions: ['knowledge.*'] }
  sent = serve(({ path }) => (path in answers ? { body: answers[path] } : { status: 404, body: { code: 'record.not_found' } }))
})
const page = () => document.body
const shows = (text: string) => vi.waitFor(() => expect(page().textContent).toContain(text))
const press = (name: string) => [...page().querySelectorAll('button')].find((b) => b.textContent?.includes(name))!.click()
const routes = [{ path: '/knowledge/:id', name: 'article', component: { template: '<div/>' } }]

describe('a standard answer', () => {
  it('is filled with what is known, shows what is open, and is used as it stands', async () => {
    const chooser = await mountApp(SnippetChooser, { props: { action: '插入', known: { customer_name: '周明' }, org: 'o1' } })
    await shows('周明您好，{amount}。')
    expect(sent.find((s) => s.path === '/api/v1/snippets')?.query).toMatchObject({ org_id: 'o1' })
    press('插入')
    expect(chooser.emitted('use')).toEqual([[{ text: '周明您好，{amount}。', missing: ['amount'] }]])
    const amount = page().querySelector<HTMLInputElement>('input[placeholder="12 元"]')!
    amount.value = '128 元'
    amount.dispatchEvent(new Event('input'))
    await shows('周明您好，128 元。')
    amount.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))
    expect(chooser.emitted('use')?.[1]).toEqual([{ text: '周明您好，128 元。', missing: [] }])
  })
  it('is found by its words; another is chosen by a click', async () => {
    const chooser = await mountApp(SnippetChooser, { props: { action: '插入' } })
    await shows('致歉')
    press('致歉')
    await shows('深表歉意。')
    const box = page().querySelector<HTMLInputElement>('input[aria-label]')!
    box.value = '没有的'
    box.dispatchEvent(new Event('input'))
    await shows('没有找到')
    expect(chooser.emitted('use')).toBeUndefined()
  })
  it('tells how to get some where there are none, and offers a failed load again', async () => {
    answers['/api/v1/snippets'] = { items: [] }
    await mountApp(SnippetChooser, { props: { action: '插入' } })
    await shows('还没有标准话术')
    answers['/api/v1/snippets'] = { items: snippets }
    page().innerHTML = ''
    serve(() => ({ status: 500, body: { code: 'internal' } }))
    await mountApp(SnippetChooser, { props: { action: '插入' } })
    await vi.waitFor(() => expect(page().querySelector('button')).toBeTruthy())
  })
  it('is written into the field at its cursor', async () => {
    const field = page().appendChild(document.createElement('textarea'))
    Object.assign(field, { id: 'f1', value: '前后' })
    field.setSelectionRange(1, 1)
    await mountApp(InsertSnippet, { props: { field: 'f1', org: 'o1', known: { customer_name: '周明', amount: '1 元' } } })
    press('插入标准话术')
    await shows('周明您好，1 元。')
    const choose = [...page().querySelectorAll('button')].filter((b) => b.textContent?.trim() === '插入')
    choose[0]!.click()
    await vi.waitFor(() => expect(field.value).toBe('前周明您好，1 元。后'))
  })
  it('is offered to nobody who may not use it', async () => {
    me.value = { ...somebody, permissions: [] }
    const wrapper = await mountApp(InsertSnippet, { props: { field: 'f1', org: 'o1', known: {} } })
    expect(wrapper.text()).toBe('')
  })
})

describe('beside a case', () => {
  it('an article is read in place, and the list is there again', async () => {
    await mountApp(SuggestCard, { props: { text: '账单看不懂', org: 'o1' }, router: await testRouter('/', routes) })
    await shows('怎样看账单')
    press('怎样看账单')
    await shows('先看左上角')
    expect(page().textContent).toContain('依据：规程')
    press('返回推荐')
    await nextTick()
    expect(page().textContent).not.toContain('先看左上角')
    await shows('相关知识')
  })
  it('nothing stands where nothing goes with it', async () => {
    const wrapper = await mountApp(SuggestCard, { props: { text: '', org: 'o1' }, router: await testRouter('/', routes) })
    await tick(450)
    expect([wrapper.text(), sent.filter((s) => s.path.endsWith('suggestions')).length]).toEqual(['', 0])
  })
})
