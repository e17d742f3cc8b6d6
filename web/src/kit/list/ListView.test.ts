import { describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { Problem } from '@/api/problem'
import type { Page } from '@/api/types'
import { mountApp, testRouter, tick } from '@/test/mount'
import { press } from '../shortcut'
import ListView from './ListView.vue'
import type { ListOptions } from './types'
import { useList } from './useList'

interface Row {
  id: string
  name: string
  state: string
}
const rows: Row[] = [
  { id: '1', name: '张三', state: 'on' },
  { id: '2', name: '李四', state: '' },
]

async function show(answer: () => Promise<Page<Row>>, more: Partial<ListOptions<Row>> = {}, slots: Record<string, unknown> = {}, at = '/rows') {
  const router = await testRouter(at)
  const Host = defineComponent({
    setup() {
      const list = useList<Row>({
        id: 'view',
        fetch: answer,
        columns: [
          { key: 'name', label: 'kit.chart.name', sort: 'name' },
          { key: 'state', label: 'kit.chart.value' },
        ],
        rowTo: (r) => `/rows/${r.id}`,
        selectable: true,
        ...more,
      })
      return () => h(ListView as never, { list, label: '人员' }, slots)
    },
  })
  const wrapper = await mountApp(Host, { router })
  await tick()
  return { wrapper, router }
}

describe('ListView', () => {
  it('shows rows as links, a dash for nothing, and the slot of a column', async () => {
    const { wrapper } = await show(async () => ({ items: rows }), {}, { 'cell-state': ({ row }: { row: Row }) => h('b', row.state || 'off') })
    expect(wrapper.findAll('tbody a').map((a) => [a.text(), a.attributes('href')])).toEqual([
      ['张三', '/rows/1'],
      ['李四', '/rows/2'],
    ])
    expect(wrapper.findAll('tbody b').map((b) => b.text())).toEqual(['on', 'off'])
  })

  it('says how it is sorted', async () => {
    const { wrapper, router } = await show(async () => ({ items: rows }))
    await wrapper.get('button.sort').trigger('click')
    await tick()
    expect(router.currentRoute.value.query).toEqual({ sort: 'name' })
    expect(wrapper.get('th[aria-sort]').attributes('aria-sort')).toBe('ascending')
    await wrapper.get('button.sort').trigger('click')
    await tick()
    expect(wrapper.get('th[aria-sort]').attributes('aria-sort')).toBe('descending')
  })

  it('is walked by arrows and ticked by x', async () => {
    const { wrapper } = await show(async () => ({ items: rows }))
    const region = wrapper.get('.scroller')
    await region.trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement?.textContent).toBe('张三')
    press(new KeyboardEvent('keydown', { key: 'j' })) // from anywhere on the page
    expect(document.activeElement?.textContent).toBe('李四')
    press(new KeyboardEvent('keydown', { key: 'x' }))
    await tick()
    expect(wrapper.get('[role=toolbar]').text()).toContain('已选 1 条')
    await region.trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement?.textContent).toBe('李四')
  })

  it('opens a row on a click, but not on a click into its box', async () => {
    const { wrapper, router } = await show(async () => ({ items: rows }))
    await wrapper.findAll('tbody tr')[1]!.get('input').trigger('click')
    expect(router.currentRoute.value.path).toBe('/rows')
    await wrapper.findAll('tbody tr')[1]!.findAll('td')[2]!.trigger('click')
    await tick()
    expect(router.currentRoute.value.path).toBe('/rows/2')
  })

  it('waits with bones, not with an empty list', async () => {
    const { wrapper } = await show(() => new Promise(() => undefined))
    expect(wrapper.find('.bone').exists()).toBe(true)
    expect(wrapper.get('[aria-busy]').attributes('aria-busy')).toBe('true')
  })

  it('tells an empty list from a filter that matches nothing', async () => {
    const empty = await show(async () => ({ items: [] }))
    expect(empty.wrapper.text()).toContain('这里还没有内容')
    empty.wrapper.unmount()
    const filtered = await show(async () => ({ items: [] }), {}, {}, '/rows?q=zzz')
    expect(filtered.wrapper.text()).toContain('没有符合条件的记录')
    const clear = filtered.wrapper.findAll('button').filter((b) => b.text() === '清除条件')
    await clear[clear.length - 1]!.trigger('click')
    await tick()
    expect(filtered.router.currentRoute.value.query).toEqual({})
  })

  it('says what failed and tries again', async () => {
    let broken = true
    const { wrapper } = await show(async () => {
      if (broken) throw new Problem({ code: 'network' })
      return { items: rows }
    })
    expect(wrapper.get('[role=alert]').text()).toContain('无法连接服务器')
    broken = false
    await wrapper.get('[role=alert] button').trigger('click')
    await tick()
    expect(wrapper.findAll('tbody tr')).toHaveLength(2)
  })

  it('searches a moment after the last key', async () => {
    const { wrapper, router } = await show(async () => ({ items: rows }))
    await wrapper.get('input[type=search]').setValue(' 张 ')
    expect(router.currentRoute.value.query).toEqual({})
    await tick(300)
    expect(router.currentRoute.value.query).toEqual({ q: '张' })
  })
})
