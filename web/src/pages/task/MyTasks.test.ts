import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Me, Task } from '@/api/types'
import { i18n, setLang } from '@/i18n'
import { toasts } from '@/kit/feedback/toast'
import { press } from '@/kit/shortcut'
import { me } from '@/session/session'
import { somebody } from '@/test/mount'
import { endOfDay } from './due'
import MyTasks from './MyTasks.vue'

const county = { id: 'c1', code: '1001', name: '清河县供电公司', short_name: '清河公司', level: 'county' as const }
const person: Me = { ...somebody, permissions: ['task.*'], orgs: [county] }
const task = (id: string, text: string, due_at?: string): Task => ({
  id, text, due_at, kind: 'task.manual', org_id: 'c1', assignee_id: 'u1', state: 'open', overdue: false, may_move: true, version: 4, created_at: '2026-11-20T00:00:00Z',
})
const NOW = Date.parse('2026-11-22T09:00:00+08:00')
let sent: { method: string; body: Record<string, unknown> | null; headers: Headers }[] = []
let answers: (request: Request) => Response

beforeAll(() => setLang('zh', false))
beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setInterval', 'clearInterval'] })
  sent = []
  toasts.length = 0
  me.value = person
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.clone().text()
    sent.push({ method: request.method, body: text ? JSON.parse(text) : null, headers: request.headers })
    return answers(request)
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
const page = (...items: Task[]) => () => Response.json({ items })

async function show(props = {}) {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
  const view = mount(MyTasks, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
  return view
}
const texts = (view: Awaited<ReturnType<typeof show>>) => view.findAll('.text').map((x) => x.text())

describe('my tasks', () => {
  it('stand under headings by their due time, the overdue in words too', async () => {
    answers = page(task('1', '旧', '2026-11-19T09:00:00+08:00'), task('2', '新', endOfDay('2026-11-22')), task('3', '闲'))
    const view = await show()
    expect(view.findAll('h2').map((h) => h.text())).toEqual(['已逾期 1', '今天 1', '不限期 1'])
    expect(view.find('.late').text()).toContain('已逾期 3 天')
  })

  it('leave the list when ticked, and come back by undo', async () => {
    const first = task('1', '打电话')
    answers = (r) => (r.method === 'GET' ? Response.json({ items: [first, task('2', '写信')] }) : Response.json({ ...first, state: 'done', version: 5 }))
    const view = await show()
    await view.find('[aria-label="完成：打电话"]').trigger('click')
    expect(texts(view)).toEqual(['写信'])
    await flushPromises()
    const puts = () => sent.filter((x) => x.method === 'PUT')
    expect(puts()[0]?.body).toEqual({ state: 'done' })
    expect(puts()[0]?.headers.get('If-Match')).toBe('"4"')
    expect(document.activeElement?.getAttribute('aria-label')).toBe('完成：写信')
    expect(toasts[0]?.text).toBe('已完成“打电话”')
    await toasts[0]?.undo?.()
    await flushPromises()
    expect(puts()[1]?.body).toEqual({ state: 'open' })
    expect(puts()[1]?.headers.get('If-Match')).toBe('"5"')
    expect(texts(view)).toEqual(['打电话', '写信'])
  })

  it('are walked by j and k and finished by e', async () => {
    const key = (k: string) => press(new KeyboardEvent('keydown', { key: k }))
    answers = (r) => (r.method === 'GET' ? Response.json({ items: [task('1', '打电话'), task('2', '写信'), { ...task('3', '他人的'), may_move: false }] }) : Response.json({ ...task('2', '写信'), state: 'done', version: 5 }))
    const view = await show()
    ;['j', 'j', 'j', 'k'].forEach(key)
    expect(document.activeElement?.textContent).toContain('写信')
    key('e')
    await flushPromises()
    expect(texts(view)).toEqual(['打电话', '他人的'])
    expect(document.activeElement?.textContent).toContain('他人的')
    key('e')
    await flushPromises()
    expect(sent.filter((x) => x.method === 'PUT')).toHaveLength(1)
  })

  it('come back when the server refuses', async () => {
    answers = (r) => (r.method === 'GET' ? Response.json({ items: [task('1', '打电话')] }) : Response.json({ status: 409, code: 'task.state', params: { state: 'done' } }, { status: 409 }))
    const view = await show()
    await view.find('.tick').trigger('click')
    await flushPromises()
    expect(texts(view)).toEqual(['打电话'])
    expect(toasts[0]?.tone).toBe('bad')
  })

  it('are added in one line, once however often sent', async () => {
    let fail = true
    answers = (r) => (r.method === 'GET' ? Response.json({ items: [] }) : fail ? Response.error() : Response.json(task('9', '回访'), { status: 201 }))
    const view = await show()
    const box = view.find('input[maxlength="200"]')
    await view.find('form').trigger('submit')
    await flushPromises()
    expect(sent).toHaveLength(1)
    expect(view.text()).toContain('必填')
    await box.setValue(' 回访 ')
    await view.find('form').trigger('submit')
    await flushPromises()
    fail = false
    await view.find('form').trigger('submit')
    await flushPromises()
    const posts = sent.filter((x) => x.method === 'POST')
    expect(posts.map((x) => x.body)).toEqual([{ title: '回访', org_id: 'c1' }, { title: '回访', org_id: 'c1' }])
    expect(posts[0]?.headers.get('Idempotency-Key')).toBe(posts[1]?.headers.get('Idempotency-Key'))
    expect((box.element as HTMLInputElement).value).toBe('')
  })

  it('are only read by those who may not change them', async () => {
    me.value = { ...person, permissions: ['*.list'] }
    answers = page(task('1', '打电话'))
    const view = await show()
    expect(texts(view)).toEqual(['打电话'])
    expect(view.find('form').exists()).toBe(false)
    expect(view.find('button').exists()).toBe(false)
  })

  it('say so when there are none, and why when they did not come', async () => {
    answers = page()
    expect((await show()).text()).toContain('没有待办')
    answers = () => Response.json({ status: 500, code: 'internal' }, { status: 500 })
    const broken = await show()
    expect(broken.find('[role=alert]').exists()).toBe(true)
    answers = page(task('1', '打电话'))
    await broken.find('[role=alert] button').trigger('click')
    await flushPromises()
    expect(texts(broken)).toEqual(['打电话'])
  })

  it('come page by page', async () => {
    answers = (r) => Response.json(new URL(r.url).searchParams.has('cursor') ? { items: [task('2', '二')] } : { items: [task('1', '一')], next_cursor: 'x' })
    const view = await show()
    await view.find('.more button').trigger('click')
    await flushPromises()
    expect(texts(view)).toEqual(['一', '二'])
    expect(view.find('.more').exists()).toBe(false)
  })
})
