import { longestPathLayers, order, placeHeights, type Knot } from './layers'
import { placeLabels, samples, type Box, type Point } from './labels'

export interface PathConstruct {
  name: string
  label: string
  /** Explained variance; absent for exogenous constructs. */
  r2?: number | null
  /** 0–100. */
  index?: number | null
  items?: { name: string; label?: string; loading: number }[]
}

export interface PathCoefficient {
  from: string
  to: string
  /** Absent for a model that is not estimated: an arrow without a number. */
  value: number | null
  /** From the bootstrap; absent without one. */
  p?: number | null
}

export interface PlacedNode extends Box {
  construct: PathConstruct
  /** Centre and half axes of the ellipse. */
  cx: number
  cy: number
  rx: number
  ry: number
}

export interface PlacedEdge {
  path: PathCoefficient
  d: string
  /** Tip of the arrow, which points right. */
  tip: Point
  width: number
  label: Point
  text: string
}

export interface Layout {
  width: number
  height: number
  nodes: PlacedNode[]
  edges: PlacedEdge[]
}

export const RX = 53
export const RY = 36
export const ITEM_ROW = 17
export const ARROW = 8
const GAP_X = 76
const GAP_Y = 22
const BEND = 16
const MARGIN = 14
const LABEL_HEIGHT = 16

/** *** p < 0.001, ** p < 0.01, * p < 0.05. */
export function stars(p: number | null | undefined): string {
  if (p == null || Number.isNaN(p)) return ''
  return p < 0.001 ? '***' : p < 0.01 ? '**' : p < 0.05 ? '*' : ''
}

/** Stroke width of a coefficient: 1.2 px at 0, growing with its size. */
export const strokeWidth = (value: number): number => 1.2 + 4 * Math.min(1, Math.abs(value))

/** Places constructs in layers from left to right and draws the paths between them. Sizes in px. */
export function layoutPaths(constructs: PathConstruct[], paths: PathCoefficient[], show: (v: number) => string, withItems = false): Layout {
  const names = new Set(constructs.map((c) => c.name))
  const edges = paths.filter((p) => names.has(p.from) && names.has(p.to) && p.from !== p.to)
  const layer = longestPathLayers(constructs.map((c) => c.name), edges)
  const forward = edges.filter((e) => (layer.get(e.from) ?? 0) < (layer.get(e.to) ?? 0))

  const itemsHeight = (c: PathConstruct) => (withItems && c.items?.length ? c.items.length * ITEM_ROW + 8 : 0)
  const { rows, knots, chains } = build(constructs, forward, layer, itemsHeight)
  const ordered = order(rows)
  placeHeights(ordered, GAP_Y)

  const all = ordered.flat()
  const top = Math.min(...all.map((k) => k.y - k.height / 2))
  const bottom = Math.max(...all.map((k) => k.y + k.height / 2))
  const columnX = (l: number) => MARGIN + RX + l * (2 * RX + GAP_X)
  const shift = MARGIN - top
  all.forEach((k) => (k.y += shift))

  const nodes = constructs.map((construct) => {
    const k = knots.get(construct.name) as Knot
    const y = k.y - k.height / 2
    return { construct, cx: columnX(k.layer), cy: y + RY, rx: RX, ry: RY, x: columnX(k.layer) - RX, y, width: 2 * RX, height: k.height }
  })
  const drawn = drawEdges(forward, chains, nodes, columnX)
  const labels = placeLabels(
    drawn.map((e, i) => ({ points: samples(e.points), width: textWidth(label(forward[i] as PathCoefficient, show)), height: LABEL_HEIGHT })),
    nodes,
  )
  return {
    width: columnX(Math.max(0, ordered.length - 1)) + RX + MARGIN,
    height: bottom - top + 2 * MARGIN,
    nodes,
    edges: drawn.map((e, i) => {
      const path = forward[i] as PathCoefficient
      return { path, d: e.d, tip: e.tip, width: strokeWidth(path.value ?? 0), label: labels[i] as Point, text: label(path, show) }
    }),
  }
}

const label = (p: PathCoefficient, show: (v: number) => string) => (p.value == null ? '' : show(p.value) + stars(p.p))
const textWidth = (text: string) => text.length * 7 + 4

function build(
  constructs: PathConstruct[],
  edges: PathCoefficient[],
  layer: Map<string, number>,
  itemsHeight: (c: PathConstruct) => number,
) {
  const rows: Knot[][] = []
  const add = (id: string, at: number, height: number, bend: boolean): Knot => {
    const knot: Knot = { id, layer: at, height, y: 0, bend, before: [], after: [] }
    ;(rows[at] ??= []).push(knot)
    return knot
  }
  const knots = new Map(constructs.map((c) => [c.name, add(c.name, layer.get(c.name) ?? 0, 2 * RY + itemsHeight(c), false)]))
  const chains = edges.map((e) => {
    const chain = [knots.get(e.from) as Knot]
    for (let l = (layer.get(e.from) ?? 0) + 1; l < (layer.get(e.to) ?? 0); l++) {
      chain.push(add(`${e.from}>${e.to}@${l}`, l, BEND, true))
    }
    chain.push(knots.get(e.to) as Knot)
    chain.slice(1).forEach((k, i) => {
      k.before.push(chain[i] as Knot)
      chain[i]?.after.push(k)
    })
    return chain
  })
  return { rows, knots, chains }
}

function drawEdges(edges: PathCoefficient[], chains: Knot[][], nodes: PlacedNode[], columnX: (layer: number) => number) {
  const byName = new Map(nodes.map((n) => [n.construct.name, n]))
  // Where edges leave and enter: spread over the side of the ellipse in the order of where they come from.
  const port = (at: 'from' | 'to', i: number): Point => {
    const node = byName.get((edges[i] as PathCoefficient)[at]) as PlacedNode
    const level = (e: number) => (at === 'from' ? chains[e]?.[1] : chains[e]?.[chains[e].length - 2])?.y ?? 0
    const mates = edges.flatMap((e, j) => (e[at] === node.construct.name ? [j] : [])).sort((a, b) => level(a) - level(b) || a - b)
    const dy = mates.length < 2 ? 0 : ((mates.indexOf(i) / (mates.length - 1)) * 2 - 1) * RY * Math.min(0.72, 0.22 * mates.length)
    const dx = RX * Math.sqrt(1 - (dy / RY) ** 2)
    return { x: at === 'from' ? node.cx + dx : node.cx - dx, y: node.cy + dy }
  }
  return edges.map((_, i) => {
    const from = port('from', i)
    const tip = port('to', i)
    const points: Point[] = [from]
    for (const bend of (chains[i] ?? []).slice(1, -1)) {
      const x = columnX(bend.layer)
      points.push({ x: x - RX * 0.8, y: bend.y }, { x: x + RX * 0.8, y: bend.y })
    }
    points.push({ x: tip.x - ARROW, y: tip.y })
    return { points, d: curve(points), tip }
  })
}

/** A smooth line through the points, level at each of them. */
function curve(points: Point[]): string {
  const n = (v: number) => v.toFixed(1)
  return points.reduce((d, p, i) => {
    const q = points[i - 1]
    if (!q) return `M${n(p.x)} ${n(p.y)}`
    const half = (p.x - q.x) / 2
    return `${d}C${n(q.x + half)} ${n(q.y)} ${n(p.x - half)} ${n(p.y)} ${n(p.x)} ${n(p.y)}`
  }, '')
}
