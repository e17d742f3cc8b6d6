// Layered drawing of a directed acyclic graph, after Sugiyama, Tagawa and Toda (1981): layers by longest path,
// long edges split by bends, order by barycentres, heights by least squares.

export interface Knot {
  id: string
  layer: number
  height: number
  /** Centre. */
  y: number
  /** A place where a long edge passes a layer, not a construct. */
  bend: boolean
  before: Knot[]
  after: Knot[]
}

export interface GraphEdge {
  from: string
  to: string
}

/** The layer of each node: one more than the deepest of its predecessors. Edges that would close a cycle are ignored. */
export function longestPathLayers(ids: string[], edges: GraphEdge[]): Map<string, number> {
  const layer = new Map<string, number>()
  const open = new Set<string>()
  const depth = (id: string): number => {
    const known = layer.get(id)
    if (known !== undefined) return known
    if (open.has(id)) return -1
    open.add(id)
    const above = edges.filter((e) => e.to === id && e.from !== id).map((e) => depth(e.from))
    open.delete(id)
    const own = Math.max(-1, ...above) + 1
    layer.set(id, own)
    return own
  }
  ids.forEach(depth)
  return layer
}

/** Crossings between neighbouring layers. */
export function crossings(rows: Knot[][]): number {
  let count = 0
  for (const row of rows) {
    const place = new Map((rows[(row[0]?.layer ?? 0) + 1] ?? []).map((k, i) => [k, i]))
    const lines = row.flatMap((k, i) => k.after.map((a) => [i, place.get(a) ?? 0] as const))
    lines.forEach(([a, b], i) => {
      for (const [c, d] of lines.slice(i + 1)) if ((a - c) * (b - d) < 0) count++
    })
  }
  return count
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

const SWEEPS = 12

/** Orders every layer to cross few edges: sweeps of barycentres, the best order seen is kept. */
export function order(rows: Knot[][]): Knot[][] {
  let best = rows
  let least = crossings(rows)
  let now = rows
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    const down = sweep % 2 === 0
    const sequence = down ? now.map((_, i) => i) : now.map((_, i) => now.length - 1 - i)
    const next = [...now]
    for (const i of sequence) {
      const near = next[down ? i - 1 : i + 1] ?? []
      const place = new Map(near.map((k, at) => [k, at]))
      const weight = (k: Knot, at: number) => {
        const around = (down ? k.before : k.after).flatMap((n) => place.get(n) ?? [])
        return around.length ? mean(around) : (at / Math.max(1, next[i]?.length ?? 1)) * near.length
      }
      const weighed = (next[i] ?? []).map((k, at) => ({ k, w: weight(k, at), at }))
      next[i] = weighed.sort((a, b) => a.w - b.w || a.at - b.at).map((x) => x.k)
    }
    now = next
    const count = crossings(now)
    if (count < least) [best, least] = [now, count]
  }
  return best
}

/**
 * Values as near to the wanted ones as their order and the least distances allow (least squares; pool adjacent
 * violators). distance[i] is the least step from i to i+1.
 */
export function spread(wanted: number[], weight: number[], distance: number[]): number[] {
  const offset = [0]
  distance.forEach((d, i) => offset.push((offset[i] ?? 0) + d))
  const blocks: { sum: number; weight: number; size: number }[] = []
  wanted.forEach((w, i) => {
    const own = weight[i] ?? 1
    blocks.push({ sum: (w - (offset[i] ?? 0)) * own, weight: own, size: 1 })
    while (blocks.length > 1) {
      const b = blocks[blocks.length - 1]
      const a = blocks[blocks.length - 2]
      if (!a || !b || a.sum / a.weight <= b.sum / b.weight) break
      blocks.splice(-2, 2, { sum: a.sum + b.sum, weight: a.weight + b.weight, size: a.size + b.size })
    }
  })
  return blocks.flatMap((b) => Array<number>(b.size).fill(b.sum / b.weight)).map((v, i) => v + (offset[i] ?? 0))
}

const ROUNDS = 60
// How strongly neighbours pull: a straight long edge is worth more than a centred ellipse.
const pull = (a: Knot, b: Knot) => (a.bend && b.bend ? 8 : a.bend || b.bend ? 1 : 2)

/** Gives every knot its height: near its neighbours, never overlapping. */
export function placeHeights(rows: Knot[][], gap: number): void {
  const step = (a: Knot, b: Knot) => (a.height + b.height) / 2 + gap
  for (const row of rows) {
    let y = 0
    row.forEach((k, i) => {
      const previous = row[i - 1]
      y = previous ? y + step(previous, k) : 0
      k.y = y
    })
    row.forEach((k) => (k.y -= y / 2))
  }
  for (let round = 0; round < ROUNDS; round++) {
    const sequence = round % 2 === 0 ? rows : [...rows].reverse()
    for (const row of sequence) {
      const pulls = row.map((k) => [...k.before, ...k.after].map((n) => ({ y: n.y, weight: pull(k, n) })))
      const weight = pulls.map((near) => near.reduce((sum, n) => sum + n.weight, 0) || 1)
      const wanted = row.map((k, i) => {
        const near = pulls[i] ?? []
        return near.length ? near.reduce((sum, n) => sum + n.y * n.weight, 0) / (weight[i] ?? 1) : k.y
      })
      const distance = row.slice(1).map((k, i) => step(row[i] as Knot, k))
      const y = spread(wanted, weight, distance)
      row.forEach((k, i) => (k.y = y[i] ?? k.y))
    }
  }
}
