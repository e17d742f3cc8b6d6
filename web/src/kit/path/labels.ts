export interface Point {
  x: number
  y: number
}
export interface Box {
  x: number
  y: number
  width: number
  height: number
}
interface Wanted {
  /** Places along the line, best first. */
  points: Point[]
  width: number
  height: number
}

// Along one piece of a line: the middle first, then outwards.
const STOPS = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74]

/** Places for a label along a line of level-ended cubic pieces: middle piece first. */
export function samples(points: Point[]): Point[] {
  const pieces = points.slice(1).map((p, i) => [points[i] as Point, p] as const)
  const middle = (pieces.length - 1) / 2
  const ranked = pieces.map((piece, i) => ({ piece, far: Math.abs(i - middle) })).sort((a, b) => a.far - b.far)
  return ranked.flatMap(({ piece: [a, b] }) => STOPS.map((t) => at(a, b, t)))
}

// Control points lie level with the ends, half way across: x is 1.5t(1−t)+t³-like, y the smooth step.
function at(a: Point, b: Point, t: number): Point {
  const s = 1 - t
  const half = (a.x + b.x) / 2
  return {
    x: s ** 3 * a.x + 3 * s * s * t * half + 3 * s * t * t * half + t ** 3 * b.x,
    y: (s ** 3 + 3 * s * s * t) * a.y + (3 * s * t * t + t ** 3) * b.y,
  }
}

const overlap = (a: Box, b: Box): number => {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return w > 0 && h > 0 ? w * h : 0
}

/** Chooses a place for every label that covers no construct and no earlier label, or the least covered one. */
export function placeLabels(wanted: Wanted[], nodes: Box[]): Point[] {
  const taken: Box[] = []
  return wanted.map(({ points, width, height }) => {
    let best: { point: Point; box: Box; cost: number } | undefined
    for (const point of points) {
      const box = { x: point.x - width / 2, y: point.y - height / 2, width, height }
      const cost = [...nodes, ...taken].reduce((sum, b) => sum + overlap(box, b), 0)
      if (!best || cost < best.cost) best = { point, box, cost }
      if (best.cost === 0) break
    }
    if (!best) return { x: 0, y: 0 }
    taken.push(best.box)
    return best.point
  })
}
