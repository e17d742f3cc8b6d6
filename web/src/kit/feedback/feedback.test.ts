import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import { setLang } from '@/i18n'
import { mountApp, testRouter } from '@/test/mount'
import ConfirmHost from './ConfirmHost.vue'
import ErrorState from './ErrorState.vue'
import PageState from './PageState.vue'
import ToastHost from './ToastHost.vue'
import { asked, confirm } from './confirm'
import { dismiss, pause, resume, toast, toasts } from './toast'

beforeAll(() => setLang('zh', false))
beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  toasts.splice(0)
  asked.value?.answer(false)
  vi.useRealTimers()
})

describe('toast', () => {
  it('goes by itself, later if it can be undone', () => {
    toast.ok('a')
    toast.ok('b', { undo: () => undefined })
    vi.advanceTimersByTime(6000)
    expect(toasts.map((x) => x.text)).toEqual(['b'])
    vi.advanceTimersByTime(6000)
    expect(toasts).toHaveLength(0)
  })
  it('stays while the person is at it', () => {
    const id = toast.ok('a')
    pause(id)
    vi.advanceTimersByTime(60_000)
    expect(toasts).toHaveLength(1)
    resume(id)
    vi.advanceTimersByTime(6000)
    expect(toasts).toHaveLength(0)
  })
  it('keeps four at most', () => {
    for (const text of 'abcdef') toast.info(text)
    expect(toasts.map((x) => x.text).join('')).toBe('cdef')
  })
  it('has no word for a cancelled request', () => {
    toast.problem(new Problem({ code: 'aborted' }))
    expect(toasts).toHaveLength(0)
    toast.problem(new Problem({ code: 'record.duplicate' }))
    expect(toasts[0]).toMatchObject({ tone: 'bad', text: '已有相同的记录。' })
  })
  it('undoes, and says when that failed', async () => {
    const wrapper = await mountApp(ToastHost)
    const undo = vi.fn(() => Promise.reject(new Problem({ code: 'record.stale' })))
    toast.ok('gone', { undo })
    await wrapper.vm.$nextTick()
    await wrapper.get('.undo').trigger('click')
    await vi.waitFor(() => expect(toasts.map((x) => x.tone)).toEqual(['bad']))
    expect(undo).toHaveBeenCalledOnce()
  })
  it('is closed by its cross', async () => {
    const wrapper = await mountApp(ToastHost)
    const id = toast.info('x')
    await wrapper.vm.$nextTick()
    await wrapper.get('[aria-label="关闭"]').trigger('click')
    expect(toasts.some((x) => x.id === id)).toBe(false)
    dismiss(id)
  })
})

describe('confirm', () => {
  it('answers by the button and by a second question', async () => {
    const first = confirm({ title: 'a', action: 'go' })
    const second = confirm({ title: 'b', action: 'go' })
    expect(await first).toBe(false)
    asked.value!.answer(true)
    expect(await second).toBe(true)
    expect(asked.value).toBeNull()
  })
  it('waits for the word to be typed', async () => {
    const wrapper = await mountApp(ConfirmHost)
    const answer = confirm({ title: 'a', action: '删除', typeToConfirm: '1001' })
    await wrapper.vm.$nextTick()
    const button = () => [...document.querySelectorAll<HTMLButtonElement>('.el-dialog__footer button')][1]!
    expect(button().disabled).toBe(true)
    const input = document.querySelector<HTMLInputElement>('.el-dialog input')!
    input.value = '1001'
    input.dispatchEvent(new Event('input'))
    await wrapper.vm.$nextTick()
    await wrapper.vm.$nextTick()
    button().click()
    expect(await answer).toBe(true)
  })
})

describe('ErrorState', () => {
  it('says what happened and tries again', async () => {
    const retry = vi.fn()
    const wrapper = await mountApp(ErrorState, { props: { problem: new Problem({ code: 'problem.network' }), retry } })
    expect(wrapper.text()).toContain('无法连接服务器')
    await wrapper.get('button').trigger('click')
    expect(retry).toHaveBeenCalledOnce()
  })
})

describe('PageState', () => {
  const Empty = { render: () => null }
  const routes = [
    { path: '/list', name: 'list', component: Empty, meta: { title: 'kit.list.columns' } },
    { path: '/list/:id', name: 'one', component: Empty, meta: { title: 'kit.chart.name', parent: 'list' } },
    { path: '/list/:id/edit', name: 'edit', component: Empty, meta: { title: 'kit.save', parent: 'one' } },
  ]
  it('leads from a record that is not there to its list, without trying again', async () => {
    const router = await testRouter('/list/x/edit', routes)
    const wrapper = await mountApp(PageState, { props: { problem: new Problem({ status: 404, code: 'record.not_found' }), retry: vi.fn() }, router })
    expect(wrapper.get('h1').text()).toBe('没有找到')
    expect(wrapper.findAll('button').map((b) => b.text())).toEqual(['返回显示的列', '回到首页'])
    await wrapper.get('button').trigger('click')
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/list'))
  })
  it('shows bones, and tries again what failed', async () => {
    const retry = vi.fn()
    const wrapper = await mountApp(PageState, { props: { retry } })
    expect(wrapper.find('h1').exists()).toBe(false)
    await wrapper.setProps({ problem: new Problem({ code: 'network' }) })
    expect(wrapper.get('h1').text()).toBe('加载失败')
    await wrapper.get('button').trigger('click')
    expect(retry).toHaveBeenCalledOnce()
  })
})
