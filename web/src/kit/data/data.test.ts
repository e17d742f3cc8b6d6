import { afterEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import { mountApp, testRouter, tick } from '@/test/mount'
import { toasts } from '../feedback/toast'
import Descriptions from './Descriptions.vue'
import FileDrop from './FileDrop.vue'
import Masked from './Masked.vue'
import PageHeader from './PageHeader.vue'
import Tabs from './Tabs.vue'
import Tag from './Tag.vue'
import Timeline from './Timeline.vue'

afterEach(() => {
  toasts.splice(0)
  vi.useRealTimers()
})

describe('Tabs', () => {
  const tabs = [
    { key: 'a', label: '甲' },
    { key: 'b', label: '乙', count: 3 },
    { key: 'c', label: '丙' },
  ]
  const slots = { a: '<i>A</i>', b: '<i>B</i>', c: '<i>C</i>' }
  const open = async (at: string) => {
    const router = await testRouter(at)
    return { router, wrapper: await mountApp(Tabs, { router, props: { tabs, label: '标签' }, slots }) }
  }
  const shown = (wrapper: Awaited<ReturnType<typeof open>>['wrapper']) => wrapper.findAll('i').map((i) => i.text())

  it('starts where the URL says and makes panels only when shown', async () => {
    const { wrapper } = await open('/x?tab=b')
    expect(wrapper.get('[aria-selected=true]').text()).toBe('乙3')
    expect(shown(wrapper)).toEqual(['B'])
  })
  it('falls back to the first on an unknown name', async () => {
    expect((await open('/x?tab=zzz')).wrapper.get('[aria-selected=true]').text()).toBe('甲')
  })
  it('is walked by arrows, round the ends, and kept in the URL', async () => {
    const { wrapper, router } = await open('/x?q=1')
    await wrapper.get('[role=tablist]').trigger('keydown', { key: 'ArrowLeft' })
    await tick()
    expect(router.currentRoute.value.query).toEqual({ q: '1', tab: 'c' })
    await wrapper.get('[role=tablist]').trigger('keydown', { key: 'ArrowRight' })
    await tick()
    expect(router.currentRoute.value.query).toEqual({ q: '1' })
    expect(shown(wrapper)).toEqual(['A', 'C'])
  })
})

describe('Masked', () => {
  it('shows the clear value for half a minute', async () => {
    const wrapper = await mountApp(Masked, { props: { masked: '138****5678', label: '电话', reveal: async () => '13800005678' } })
    expect(wrapper.text()).toBe('138****5678')
    vi.useFakeTimers()
    await wrapper.get('button').trigger('click')
    await vi.waitFor(() => expect(wrapper.text()).toBe('13800005678'))
    expect(wrapper.get('button').attributes('aria-label')).toBe('隐藏电话')
    vi.advanceTimersByTime(30_000)
    await wrapper.vm.$nextTick()
    expect(wrapper.text()).toBe('138****5678')
  })
  it('has no button for those who may not, and none for an empty value', async () => {
    expect((await mountApp(Masked, { props: { masked: '1**', label: 'x' } })).find('button').exists()).toBe(false)
    const empty = await mountApp(Masked, { props: { masked: '', label: 'x', reveal: async () => 'y' } })
    expect([empty.text(), empty.find('button').exists()]).toEqual(['–', false])
  })
  it('says why it may not be shown', async () => {
    const reveal = () => Promise.reject(new Problem({ code: 'forbidden' }))
    const wrapper = await mountApp(Masked, { props: { masked: '1**', label: 'x', reveal } })
    await wrapper.get('button').trigger('click')
    await tick()
    expect(toasts[0]?.text).toMatch('没有执行此操作的权限')
    expect(wrapper.text()).toBe('1**')
  })
})

describe('FileDrop', () => {
  const open = () => mountApp(FileDrop, { props: { label: '选择文件', accept: ['.csv', '.xlsx'], maxBytes: 10 } })
  const drop = async (wrapper: Awaited<ReturnType<typeof open>>, name: string, text: string) => {
    await wrapper.get('.drop').trigger('drop', { dataTransfer: { files: [new File([text], name)] } })
  }
  it('takes a file of a known kind, whatever the letter case', async () => {
    const wrapper = await open()
    await drop(wrapper, '客户.CSV', 'a,b')
    expect(wrapper.emitted('update:modelValue')![0]).toMatchObject([{ name: '客户.CSV' }])
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })
  it.each([
    ['a.pdf', 'x', '不受支持'],
    ['a.csv', '', '空文件'],
    ['a.csv', '0123456789x', '超过'],
  ])('refuses %s (%j)', async (name, text, why) => {
    const wrapper = await open()
    await drop(wrapper, name, text)
    expect(wrapper.emitted('update:modelValue')).toBeUndefined()
    expect(wrapper.get('[role=alert]').text()).toContain(why)
  })
  it('shows how much is sent, and can be emptied before', async () => {
    const wrapper = await mountApp(FileDrop, { props: { label: 'x', accept: ['.csv'], maxBytes: 10, modelValue: new File(['a'], 'a.csv') } })
    await wrapper.get('[aria-label="移除 a.csv"]').trigger('click')
    expect(wrapper.emitted('update:modelValue')).toEqual([[null]])
    await wrapper.setProps({ modelValue: new File(['a'], 'a.csv'), progress: 0.5 })
    expect(wrapper.get('[role=status]').text()).toBe('50%')
    expect(wrapper.get('progress').attributes('value')).toBe('0.5')
  })
})

describe('Timeline', () => {
  it('groups by Beijing day, newest as given', async () => {
    const items = [
      { id: '1', at: '2026-11-20T16:30:00Z', title: '次日凌晨' },
      { id: '2', at: '2026-11-20T15:30:00Z', title: '当天深夜', actor: '王强' },
      { id: '3', at: '2026-11-20T01:00:00Z', title: '当天上午', text: '说明' },
    ]
    const wrapper = await mountApp(Timeline, { props: { items, label: '时间线' } })
    expect(wrapper.findAll('h2').map((h) => h.text())).toEqual(['2026年11月21日', '2026年11月20日'])
    expect(wrapper.findAll('section')[1]!.findAll('li')).toHaveLength(2)
    expect(wrapper.text()).toContain('王强 · 23:30')
  })
})

describe('Descriptions', () => {
  it('shows text, slot, or a dash', async () => {
    const items = [
      { key: 'a', label: 'A', text: '1' },
      { key: 'b', label: 'B', text: null },
      { key: 'c', label: 'C' },
    ]
    const wrapper = await mountApp(Descriptions, { props: { items }, slots: { 'value-c': '<b>槽</b>' } })
    expect(wrapper.findAll('dd').map((d) => d.text())).toEqual(['1', '–', '槽'])
  })
})

describe('PageHeader and Tag', () => {
  it('make one heading that can take the focus', async () => {
    const wrapper = await mountApp(PageHeader, { props: { title: '客户', text: '说明' }, slots: { default: '<button>新建</button>' } })
    expect(wrapper.get('h1').attributes('tabindex')).toBe('-1')
    expect(wrapper.get('.actions').text()).toBe('新建')
  })
  it('carry the tone', async () => {
    expect((await mountApp(Tag, { props: { tone: 'bad' }, slots: { default: '停电' } })).classes()).toContain('bad')
  })
})
