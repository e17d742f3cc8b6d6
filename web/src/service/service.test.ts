import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { call, Refusal, type Schemas } from './client'
import { useDraft } from './draft'
import CaseWay from './part/CaseWay.vue'
import { ask, DRAFT, ended, leave, profile, recognise, type Profile } from './session'
import { uploadAll } from './upload'
import { setLang, t } from './words'

const answer = (status: number, body?: unknown) => new Response(status === 204 ? null : JSON.stringify(body ?? null), { status })
const server = vi.fn<typeof fetch>()
const li = { account_no: '1001', company_name: '甲县供电公司' } as Profile

beforeEach(async () => {
  vi.stubGlobal('fetch', server)
  localStorage.clear()
  profile.value = undefined
  ended.value = false
  await setLang('zh', false)
})
afterEach(() => {
  server.mockReset()
  vi.unstubAllGlobals()
})

describe('a call', () => {
  it('tells what the server refused, in its words', async () => {
    server.mockResolvedValueOnce(answer(422, { code: 'input.invalid', title: '请改正', fields: [{ name: 'text', code: 'required', message: '必填' }] }))
    await expect(call('POST', 'cases', { body: {}, key: 'k', version: 3 })).rejects.toMatchObject({ status: 422, message: '请改正', fields: { text: '必填' } })
    expect(server.mock.calls[0]).toMatchObject(['/api/v1/portal/cases', { headers: { 'Idempotency-Key': 'k', 'If-Match': '"3"', 'Accept-Language': 'zh-CN' } }])
  })
  it('tells that there is no connection', async () => {
    server.mockRejectedValueOnce(new TypeError('away'))
    await expect(call('GET', 'me')).rejects.toEqual(new Refusal(0, 'network', t('portal.network')))
  })
})

describe('a session', () => {
  it('that came to its end leads to the sign-in', async () => {
    server.mockResolvedValueOnce(answer(200, li)).mockResolvedValueOnce(answer(401, { code: 'portal.sign_in', title: '请先登录' }))
    await recognise()
    await expect(ask('GET', 'cases')).rejects.toMatchObject({ status: 401 })
    expect([profile.value, ended.value]).toEqual([null, true])
  })
  it('that was never there is no failure', async () => {
    server.mockResolvedValueOnce(answer(401))
    expect(await recognise()).toBeNull()
    expect(ended.value).toBe(false)
  })
})

describe('what was not sent', () => {
  it('is kept for its account alone, with the key of its sending, until it is sent', async () => {
    profile.value = li
    const draft = useDraft()
    draft.values.text = '电表红灯'
    await nextTick()
    expect(useDraft().values).toMatchObject({ text: '电表红灯', key: draft.values.key })
    profile.value = { ...li, account_no: '1002' }
    expect(useDraft().values.text).toBe('')
    draft.clear()
    await nextTick()
    expect(localStorage.getItem(DRAFT)).toBeNull()
  })
  it('is gone when the customer signs out', async () => {
    localStorage.setItem(DRAFT, '{}')
    server.mockResolvedValueOnce(answer(204))
    await leave()
    expect(localStorage.getItem(DRAFT)).toBeNull()
  })
  it('is counted, file by file', async () => {
    server.mockResolvedValueOnce(answer(201, {})).mockResolvedValueOnce(answer(409, { title: '太多' })).mockRejectedValueOnce(new TypeError('away'))
    expect(await uploadAll('1', [new File(['a'], '图(1).png'), new File(['b'], 'b.png'), new File(['c'], 'c.png')])).toBe(2)
    expect(JSON.stringify(server.mock.calls[0])).toContain("filename*=UTF-8''%E5%9B%BE%281%29.png")
  })
})

describe('the way of a case', () => {
  it('says honestly what is done, late, here and to come', async () => {
    const at = (day: number) => new Date(Date.UTC(2001, 2, day)).toISOString()
    const way: Schemas['FeedbackStretch'][] = [
      { code: 'received', done_at: at(1), late: false, paused: false, now: false },
      { code: 'dispatched', done_at: at(3), due_at: at(2), late: true, paused: false, now: false },
      { code: 'accepted', due_at: at(4), late: true, paused: false, now: true },
      { code: 'contacted', late: false, paused: true, now: false },
      { code: 'solved', due_at: at(5), late: false, paused: false, now: false },
      { code: 'verdict', late: false, paused: false, now: false },
    ]
    const shown = mount(CaseWay, { props: { way } })
    await flushPromises()
    const lines = shown.findAll('li').map((l) => l.find('.sv-told').text())
    expect(lines[0]).toMatch(/完成$/)
    expect(lines[1]).toMatch(/完成，晚于承诺的/)
    expect(lines[2]).toMatch(/已超时/)
    expect(lines.slice(3)).toEqual([t('portal.paused'), expect.stringMatching(/^承诺 .* 前完成$/), t('portal.waiting')])
    expect(shown.find('[aria-current=step]').text()).toContain(t('portal.step.accepted'))
  })
})
