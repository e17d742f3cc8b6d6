import type { Report, Segment } from '../types'

export const valueOf = (s: Segment, construct: string) => s.index.find((x) => x.construct === construct)

export interface CrossTable {
  columns: string
  rowLevels: string[]
  columnLevels: string[]
  /** The target's index by row and column. */
  cells: { n: number; small: boolean; value: number | null }[][]
}

/** The cross table of two attributes, turned so that `rows` stands in its rows; undefined where there is none. */
export function crossOf(report: Report, rows: string, columns: string): CrossTable | undefined {
  const target = report.constructs.findIndex((c) => c.name === report.headline.name)
  for (const x of report.crosses) {
    const straight = x.rows === rows && x.columns === columns
    if (!straight && !(x.rows === columns && x.columns === rows)) continue
    const cells = (x.cells ?? []).map((line) => (line ?? []).map((c) => ({ n: c.n, small: c.small, value: c.values[target] ?? null })))
    const levels = [x.row_levels ?? [], x.column_levels ?? []] as const
    if (straight) return { columns, rowLevels: levels[0], columnLevels: levels[1], cells }
    return { columns, rowLevels: levels[1], columnLevels: levels[0], cells: levels[1].map((_, c) => cells.flatMap((line) => line[c] ?? [])) }
  }
  return undefined
}
