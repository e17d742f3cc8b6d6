import { beforeEach, describe, expect, it, vi } from 'vitest'
import { mountApp } from '@/test/mount'
import { dark } from '@/session/theme'
import GroupedBars from './GroupedBars.vue'
import IndexBars from './IndexBars.vue'
import PriorityMap from './PriorityMap.vue'
import type { Palette } from './palette'
import { whiskers } from './whiskers'

const drawn: Record<string, unknown>[] = []
const disposed = vi.fn()
vi.mock('./echarts', () => ({
  init: () => ({ setOption: (o: Record<string, unknown>) => drawn.push(o), getZr: () => ({ flush: () => undefined }), resize: () => undefined, dispose: disposed }),
}))
beforeEach(() => drawn.splice(0))
const once = () => vi.waitFor(() => expect(drawn.length).toBeGreaterThan(0))
type Series = { type: string; data: unknown[] }[]

describe('IndexBars', () => {
  const items = [
    { label: '感知质量', value: 71.26, lo: 69, hi: 73.5 },
    { label: '满意度', value: 68 },
  ]
  it('draws bars and intervals, and is the same as a table', async () => {
    const wrapper = await mountApp(IndexBars, { props: { items, label: '指数' } })
    await once()
    const series = drawn[0]!.series as Series
    expect(series[0]!.data).toEqual([71.26, 68])
    expect(series[1]!.data).toEqual([[0, 69, 73.5]])
    expect(wrapper.get('[role=img]').attributes('aria-label')).toBe('指数')
    await wrapper.get('button').trigger('click')
    expect(wrapper.findAll('tbody tr').map((r) => r.text())).toEqual(['感知质量71.369.0 – 73.5', '满意度68.0–'])
  })
  it('is drawn again in another theme and freed with its page', async () => {
    const wrapper = await mountApp(IndexBars, { props: { items, label: '指数' } })
    await once()
    const before = drawn.length
    dark.value = !dark.value
    expect(drawn.length).toBe(before + 1)
    wrapper.unmount()
    expect(disposed).toHaveBeenCalled()
  })
  it('escapes names in its tooltip', async () => {
    await mountApp(IndexBars, { props: { items: [{ label: '<img src=x>', value: 1 }], label: 'x' } })
    await once()
    const series = drawn[0]!.series as { tooltip: { formatter: (p: { dataIndex: number }) => string } }[]
    expect(series[0]!.tooltip.formatter({ dataIndex: 0 })).toContain('&lt;img')
  })
})

describe('GroupedBars', () => {
  it('leaves a gap where a segment has no value', async () => {
    const props = { categories: ['质量', '价值'], series: [{ name: '居民', values: [70, null] }], label: '分群' }
    const wrapper = await mountApp(GroupedBars, { props })
    await once()
    expect((drawn[0]!.series as Series)[0]!.data).toEqual([70, null])
    await wrapper.get('button').trigger('click')
    expect(wrapper.findAll('tbody td').map((d) => d.text())).toEqual(['70.0', '–'])
  })
})

describe('PriorityMap', () => {
  it('marks what is important and done badly', async () => {
    const points = [
      { label: '停电', importance: 0.9, performance: 40 },
      { label: '窗口', importance: 0.1, performance: 80 },
    ]
    const wrapper = await mountApp(PriorityMap, { props: { points, label: '优先级' } })
    await once()
    await wrapper.get('button').trigger('click')
    const answers = wrapper.findAll('tbody tr').map((r) => r.findAll('td')[2]!.text())
    expect(answers).toEqual(['是', '否'])
  })
})

describe('whiskers', () => {
  const c = { text: '#000' } as Palette
  const api = (at: number, lo: number, hi: number) => ({ value: (d: number) => [at, lo, hi][d]!, coord: ([x, y]: [number, number]) => [x * 10, y * 10] as [number, number] })
  type Item = { renderItem: (p: unknown, a: ReturnType<typeof api>) => { children: { shape: object }[] } }
  it('lie along the value axis, with caps', () => {
    const lying = (whiskers(c, [], 'x') as unknown as Item).renderItem(null, api(1, 2, 4)).children.map((k) => k.shape)
    expect(lying[0]).toEqual({ x1: 20, y1: 10, x2: 40, y2: 10 })
    expect(lying).toHaveLength(3)
    const standing = (whiskers(c, [], 'y', 3) as unknown as Item).renderItem(null, api(1, 2, 4)).children.map((k) => k.shape)
    expect(standing[0]).toEqual({ x1: 13, y1: 20, x2: 13, y2: 40 })
  })
  it('leave out what has no interval', () => {
    expect((whiskers(c, [{ lo: 1, hi: 2 }, {}, { lo: 1 }], 'x') as { data: unknown[] }).data).toEqual([[0, 1, 2]])
  })
})
