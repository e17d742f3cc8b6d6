import type { Palette } from './palette'

interface Interval {
  lo?: number
  hi?: number
}
interface RenderApi {
  value: (dimension: number) => number
  coord: (point: [number, number]) => [number, number]
}

const CAP = 5

/** A series that draws each interval as a line with caps, along x for lying bars or y for standing ones. */
export function whiskers(c: Palette, items: Interval[], along: 'x' | 'y', shift = 0): Record<string, unknown> {
  const data = items.flatMap((i, at) => (i.lo == null || i.hi == null ? [] : [[at, i.lo, i.hi]]))
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: c.text, lineWidth: 1.4 },
  })
  return {
    type: 'custom',
    silent: true,
    z: 5,
    data,
    encode: along === 'x' ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    renderItem(_: unknown, api: RenderApi) {
      const [at, lo, hi] = [api.value(0), api.value(1), api.value(2)]
      if (along === 'x') {
        const [x1, y] = api.coord([lo, at])
        const [x2] = api.coord([hi, at])
        return { type: 'group', children: [line(x1, y, x2, y), line(x1, y - CAP, x1, y + CAP), line(x2, y - CAP, x2, y + CAP)] }
      }
      const [x0, y1] = api.coord([at, lo])
      const [, y2] = api.coord([at, hi])
      const x = x0 + shift
      return { type: 'group', children: [line(x, y1, x, y2), line(x - CAP, y1, x + CAP, y1), line(x - CAP, y2, x + CAP, y2)] }
    },
  }
}
