import { UserRound } from '@lucide/vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { modules } from '@/router/modules'
import { me } from '@/session/session'
import { mountApp, serve, testRouter, tick } from '@/test/mount'
import CommandPalette from './CommandPalette.vue'
import { recent, remember } from './recent'

const realFetch = globalThis.fetch
const run = vi.fn()
const added = {
  routes: [],
  nav: [{ to: 'tested', label: 'kit.list.columns', icon: UserRound, group: 'work' as const, order: 999 }],
  commands: [{ id: 'do', label: 'kit.list.density', icon: UserRound, run }],
  hits: { tested: { label: 'kit.chart.name', icon: UserRound, to: (i: { id: string }) => `/tested/${i.id}` } },
}
const person = (id: string) => ({ id, login: id, name: id, locale: 'zh', permissions: ['*'], orgs: [], grants: [], home_org_id: '' }) as never
const hit = (id: string, kind = 'tested') => ({ kind, id, title: `张${id}`, subtitle: '0010', org_id: 'o', hint: '' })

beforeEach(() => {
  me.value = person('u1')
  modules.push(added)
  run.mockClear()
})
afterEach(() => {
  modules.splice(modules.indexOf(added), 1)
  me.value = null
  recent.value = []
  sessionStorage.clear()
  globalThis.fetch = realFetch
})

async function open(answer: (q: string) => object | Promise<never> = () => ({ items: [] })) {
  const sent = serve((r) => {
    const body = answer(r.query.q ?? '')
    return body instanceof Promise ? body : { body }
  })
  const router = await testRouter('/')
  router.addRoute({ path: '/tested', name: 'tested', component: { template: '<div/>' } })
  for (const r of ['home', 'users', 'orgs']) if (!router.hasRoute(r)) router.addRoute({ path: `/${r}`, name: r, component: { template: '<div/>' } })
  const wrapper = await mountApp(CommandPalette, { router })
  const input = document.querySelector<HTMLInputElement>('[role=combobox]')!
  const type = async (text: string) => {
    input.value = text
    input.dispatchEvent(new Event('input'))
    await tick(220)
  }
  const press = async (key: string, init: KeyboardEventInit = {}) => {
    input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
    await tick()
  }
  const options = () => [...document.querySelectorAll('[role=option]')].map((o) => o.querySelector('.title')!.textContent)
  const active = () => document.querySelector('[aria-selected=true] .title')?.textContent
  return { wrapper, router, sent, input, type, press, options, active }
}

describe('CommandPalette', () => {
  it('takes the focus and lists pages and actions', async () => {
    const { input, options } = await open()
    expect(document.activeElement).toBe(input)
    expect(options()).toEqual(expect.arrayContaining(['显示的列', '行高']))
  })

  it('searches after a pause, shows hits first and opens the chosen one', async () => {
    const { type, press, options, active, router, sent, wrapper } = await open(() => ({ items: [hit('1'), hit('2'), hit('9', 'unknown')] }))
    await type('张')
    expect(sent.map((s) => s.query.q)).toEqual(['张'])
    expect(options().slice(0, 2)).toEqual(['张1', '张2'])
    expect(options()).not.toContain('张9')
    await press('ArrowDown')
    expect(active()).toBe('张2')
    await press('Enter')
    await tick()
    expect(router.currentRoute.value.path).toBe('/tested/2')
    expect(wrapper.emitted('close')).toHaveLength(1)
    expect(recent.value.map((r) => r.id)).toEqual(['2'])
  })

  it('walks round the ends', async () => {
    const { press, options, active } = await open()
    await press('ArrowUp')
    expect(active()).toBe(options().at(-1))
    await press('ArrowDown')
    expect(active()).toBe(options()[0])
  })

  it('runs an action', async () => {
    const { type, press } = await open()
    await type('行高')
    await press('Enter')
    await tick()
    expect(run).toHaveBeenCalledOnce()
  })

  it('lets the input method have its Enter', async () => {
    const { type, press, wrapper } = await open(() => ({ items: [hit('1')] }))
    await type('zhang')
    await press('Enter', { isComposing: true })
    expect(wrapper.emitted('close')).toBeUndefined()
  })

  it('says that the search failed and keeps the pages', async () => {
    const { type, options } = await open(() => Promise.reject(new TypeError('Failed to fetch')))
    await type('显示的列')
    expect(document.querySelector('[role=alert]')!.textContent).toContain('无法连接服务器')
    expect(options()).toEqual(['显示的列'])
  })

  it('closes on Escape', async () => {
    const { press, wrapper } = await open()
    await press('Escape')
    expect(wrapper.emitted('close')).toHaveLength(1)
  })
})

describe('recent', () => {
  it('keeps eight, newest first, each once, for one person', () => {
    for (const id of '123456789') remember(hit(id))
    remember(hit('5'))
    expect(recent.value.map((r) => r.id).join('')).toBe('59876432')
    me.value = person('u2')
    remember(hit('x'))
    expect(recent.value.map((r) => r.id)).toEqual(['x'])
  })
  it('survives a broken memory', () => {
    sessionStorage.setItem('zhiyin.recent.u1', '{')
    remember(hit('1'))
    expect(recent.value).toHaveLength(1)
  })
})
