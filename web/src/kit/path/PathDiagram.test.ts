import { describe, expect, it } from 'vitest'
import { mountApp } from '@/test/mount'
import PathDiagram from './PathDiagram.vue'
import { placeLabels, samples } from './labels'

const constructs = [
  { name: 'a', label: '感知质量', index: 71.26, items: [{ name: 'q1', loading: 0.81234 }] },
  { name: 'b', label: '满意度', r2: 0.6149, index: 68 },
  { name: 'c', label: '忠诚度', r2: null },
]
const paths = [
  { from: 'a', to: 'b', value: 0.5446, p: 0.0001 },
  { from: 'b', to: 'c', value: -0.12, p: 0.03 },
  { from: 'a', to: 'c', value: 0.02, p: 0.7 },
]
const show = (props: object = {}) => mountApp(PathDiagram, { props: { constructs, paths, label: '路径图', ...props } })

describe('PathDiagram', () => {
  it('draws constructs with index and R², and paths with stars', async () => {
    const wrapper = await show()
    expect(wrapper.findAll('ellipse')).toHaveLength(3)
    expect(wrapper.findAll('.numbers').map((n) => n.text())).toEqual(['71.3', '68.0 · R² 0.61'])
    expect(wrapper.findAll('.value').map((v) => v.text())).toEqual(['0.545***', '-0.120*', '0.020'])
    expect(wrapper.get('svg').attributes('aria-label')).toBe('路径图')
  })
  it('tells positive, negative and weak paths apart by more than the number', async () => {
    const wrapper = await show()
    expect(wrapper.findAll('g > .line').map((l) => l.element.parentElement!.getAttribute('class'))).toEqual(['positive', 'negative', 'weak'])
  })
  it('calls nothing weak where nothing was tested', async () => {
    const wrapper = await show({ paths: paths.map(({ from, to, value }) => ({ from, to, value })) })
    expect(wrapper.findAll('.weak')).toHaveLength(0)
    expect(wrapper.findAll('.value')[0]!.text()).toBe('0.545')
  })
  it('shows items on demand', async () => {
    expect((await show()).find('.item').exists()).toBe(false)
    expect((await show({ items: true })).get('.item').text()).toBe('q1 0.81')
  })
  it('turns into a table with the same numbers', async () => {
    const wrapper = await show()
    await wrapper.get('button').trigger('click')
    expect(wrapper.findAll('tbody tr')[0]!.text()).toContain('感知质量满意度0.545***0.0000.615')
    expect(wrapper.find('svg ellipse').exists()).toBe(false)
  })
})

describe('labels', () => {
  it('lie on the line: level ends, middle at half height', () => {
    const [middle] = samples([{ x: 0, y: 0 }, { x: 100, y: 40 }])
    expect(middle).toEqual({ x: 50, y: 20 })
  })
  it('take the next place when the first is covered', () => {
    const node = { x: 40, y: -10, width: 20, height: 20 }
    const [place] = placeLabels([{ points: [{ x: 50, y: 0 }, { x: 90, y: 0 }], width: 10, height: 10 }], [node])
    expect(place).toEqual({ x: 90, y: 0 })
  })
  it('take the least covered place when all are covered', () => {
    const node = { x: 0, y: -50, width: 100, height: 100 }
    const [place] = placeLabels([{ points: [{ x: 50, y: 0 }, { x: 98, y: 0 }], width: 10, height: 10 }], [node])
    expect(place).toEqual({ x: 98, y: 0 })
  })
})
