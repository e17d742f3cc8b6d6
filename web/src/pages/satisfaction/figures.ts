import { NONE, fixed, number, percent } from '@/format/format'

type Num = number | null | undefined

/** "70.1 – 74.3"; a dash where there is no interval. */
export const interval = (lo: Num, hi: Num, digits = 1): string => (lo == null || hi == null ? NONE : `${fixed(lo, digits)} – ${fixed(hi, digits)}`)

/** A confidence level, 0.95 → "95%", 0.995 → "99.5%". */
export const levelText = (level: number): string => `${number(100 * level, 1)}%`

/** A p-value as papers write it: "< 0.001" or with three digits. */
export const pText = (p: Num): string => (p == null ? NONE : p < 0.001 ? '< 0.001' : fixed(p, 3))

/** A difference with its sign. */
export function signed(v: Num, digits = 1): string {
  if (v == null) return NONE
  const text = fixed(Math.abs(v), digits)
  return Number(text) === 0 ? text : `${v < 0 ? '−' : '+'}${text}`
}

export interface NamedFigure {
  /** What it is: a key of satisfaction_ui.figure. */
  kind: string
  /** Whose figure it is: constructs, an item, a segment. */
  of: string
  text: string
}

const digits: Record<string, number> = { index: 1, index_lo: 1, index_hi: 1, index_weighted: 1, segment: 1, difference: 1, mean: 2, points: 2, n: 0, iterations: 0 }

/**
 * Reads a figure's name as the server writes it ("total:Quality->Satisfaction", "p:path:A->B", "segment:area=city", "n")
 * and gives what it is, whose it is with the constructs' titles, and its value in the digits usual for it.
 */
export function readFigure(figure: { name: string; value: Num }, title: (construct: string) => string): NamedFigure {
  const at = figure.name.indexOf(':')
  const kind = at < 0 ? figure.name : figure.name.slice(0, at)
  const rest = at < 0 ? '' : figure.name.slice(at + 1).replace(/^(path|total|segment|index):/, '')
  const of = rest.includes('->') ? rest.split('->').map(title).join(' → ') : rest.includes('=') ? rest.replaceAll('&', ' × ') : title(rest)
  return { kind, of, text: show(kind, figure.value) }
}

function show(kind: string, value: Num): string {
  if (kind === 'p') return pText(value)
  if (kind === 'response_rate' || kind === 'r2') return percent(value)
  if (kind === 'difference') return signed(value)
  return fixed(value, digits[kind] ?? 3)
}
