import { describe, expect, it } from 'vitest'
import { crossings, longestPathLayers, order, spread, type Knot } from './layers'
import { layoutPaths, stars, strokeWidth, type PathCoefficient } from './layout'
import { wrap } from './wrap'

// The European index's structure (ECSI Technical Committee, 1998).
const names = ['image', 'expectation', 'quality', 'value', 'satisfaction', 'complaints', 'loyalty']
const arrows = [
  'image>expectation',
  'image>satisfaction',
  'image>loyalty',
  'expectation>quality',
  'expectation>value',
  'expectation>satisfaction',
  'quality>value',
  'quality>satisfaction',
  'value>satisfaction',
  'satisfaction>complaints',
  'satisfaction>loyalty',
  'complaints>loyalty',
]
const paths: PathCoefficient[] = arrows.map((a, i) => {
  const [from = '', to = ''] = a.split('>')
  return { from, to, value: 0.1 + i / 20, p: 0.001 }
})
const ecsi = () => layoutPaths(names.map((name) => ({ name, label: name })), paths, (v) => v.toFixed(3))

describe('longestPathLayers', () => {
  it('puts every construct right of all that lead to it', () => {
    expect(Object.fromEntries(longestPathLayers(names, paths))).toEqual({
      image: 0,
      expectation: 1,
      quality: 2,
      value: 3,
      satisfaction: 4,
      complaints: 5,
      loyalty: 6,
    })
  })
  it('ends on a cycle', () => {
    const layers = longestPathLayers(['a', 'b'], [{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }])
    expect([...layers.keys()].sort()).toEqual(['a', 'b'])
  })
})

describe('spread', () => {
  it('leaves room enough alone', () => expect(spread([0, 50], [1, 1], [10])).toEqual([0, 50]))
  it('parts what is too near, evenly', () => expect(spread([0, 0], [1, 1], [10])).toEqual([-5, 5]))
  it('moves the lighter one more', () => expect(spread([0, 0], [3, 1], [8])).toEqual([-2, 6]))
  it('keeps the order even if the wishes are turned round', () => expect(spread([10, 0], [1, 1], [4])).toEqual([3, 7]))
})

describe('order', () => {
  it('uncrosses two crossed edges', () => {
    const knot = (id: string, layer: number): Knot => ({ id, layer, height: 1, y: 0, bend: false, before: [], after: [] })
    const [a, b, c, d] = [knot('a', 0), knot('b', 0), knot('c', 1), knot('d', 1)]
    const link = (x: Knot, y: Knot) => (x.after.push(y), y.before.push(x))
    link(a, d)
    link(b, c)
    const rows = [[a, b], [c, d]]
    expect(crossings(rows)).toBe(1)
    expect(crossings(order(rows))).toBe(0)
  })
})

describe('layoutPaths', () => {
  const { nodes, edges, width, height } = ecsi()
  it('draws every construct and path inside the frame', () => {
    expect([nodes.length, edges.length]).toEqual([7, 12])
    for (const n of nodes) {
      expect(n.x).toBeGreaterThanOrEqual(0)
      expect(n.y).toBeGreaterThanOrEqual(0)
      expect(n.x + n.width).toBeLessThanOrEqual(width)
      expect(n.y + n.height).toBeLessThanOrEqual(height)
    }
  })
  it('leads every arrow from left to right', () => {
    for (const e of edges) {
      const from = nodes.find((n) => n.construct.name === e.path.from)!
      expect(e.tip.x).toBeGreaterThan(from.cx + from.rx)
    }
  })
  it('puts no label on a construct and no two labels on each other', () => {
    const box = (p: { x: number; y: number }) => ({ l: p.x - 28, r: p.x + 28, t: p.y - 7, b: p.y + 7 })
    const boxes = edges.map((e) => box(e.label))
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) expect(a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b).toBe(false)
      for (const n of nodes) {
        const inside = ((edges[i]!.label.x - n.cx) / n.rx) ** 2 + ((edges[i]!.label.y - n.cy) / n.ry) ** 2
        expect(inside).toBeGreaterThan(1)
      }
    })
  })
  it('is the same for the same model', () => expect(ecsi()).toEqual(ecsi()))
  it('ignores paths to constructs that are not there', () => {
    const one = layoutPaths([{ name: 'a', label: 'A' }], [{ from: 'a', to: 'x', value: 1 }], String)
    expect(one.edges).toEqual([])
  })
  it('makes room for items', () => {
    const items = [{ name: 'q1', loading: 0.8 }, { name: 'q2', loading: 0.7 }]
    const of = (on: boolean) => layoutPaths([{ name: 'a', label: 'A', items }], [], String, on).height
    expect(of(true)).toBeGreaterThan(of(false) + 30)
  })
})

describe('marks', () => {
  it.each([
    [0.0005, '***'],
    [0.001, '**'],
    [0.01, '*'],
    [0.05, ''],
    [null, ''],
    [Number.NaN, ''],
  ])('p = %s gives %j', (p, want) => expect(stars(p)).toBe(want))
  it('width grows with the size, whatever the sign', () => {
    expect(strokeWidth(-0.5)).toBe(strokeWidth(0.5))
    expect(strokeWidth(0.9)).toBeGreaterThan(strokeWidth(0.1))
  })
})

describe('wrap', () => {
  it.each([
    ['感知质量', 88, 2, ['感知质量']],
    ['供电服务感知质量水平', 88, 2, ['供电服务感知', '质量水平']],
    ['Perceived quality', 88, 2, ['Perceived', 'quality']],
    ['One two three four five six seven', 60, 2, ['One two', 'three…']],
  ])('%s', (text, width, max, want) => expect(wrap(text, width, max)).toEqual(want))
})
