import type { Column, Question } from '../types'

/** What a column is, as one word for a menu: "item:IMAG1", "attribute", "weight", "respondent", "ignore". */
export type Use = string

export const useOf = (c: Column): Use => (c.role === 'item' ? `item:${c.target ?? ''}` : c.role)

/** The column put to another use. A column that becomes an attribute is named after its header. */
export function putTo(c: Column, use: Use): Column {
  const { position, header } = c
  if (use.startsWith('item:')) return { position, header, role: 'item', target: use.slice(5), ...(c.reverse && { reverse: true }) }
  if (use === 'attribute') return { position, header, role: 'attribute', target: header.slice(0, 60) }
  return { position, header, role: use as Column['role'] }
}

/** Positions of columns whose use another column has too: an item, a name of an attribute, weight, respondent. */
export function clashes(columns: Column[]): Set<number> {
  const byKey = new Map<string, number[]>()
  for (const c of columns) {
    if (c.role === 'ignore') continue
    const key = c.role === 'attribute' ? `attribute:${c.target ?? ''}` : useOf(c)
    byKey.set(key, [...(byKey.get(key) ?? []), c.position])
  }
  return new Set([...byKey.values()].filter((list) => list.length > 1).flat())
}

/** Questions without a column. */
export function unmapped(columns: Column[], questions: Question[]): Question[] {
  const taken = new Set(columns.filter((c) => c.role === 'item').map((c) => c.target))
  return questions.filter((q) => !taken.has(q.code))
}

/** Questions by construct, in the order of the model. */
export function byConstruct(questions: Question[]): [string, Question[]][] {
  const groups = new Map<string, Question[]>()
  for (const q of questions) groups.set(q.construct, [...(groups.get(q.construct) ?? []), q])
  return [...groups]
}

/** "-99, 88；未答" → ["-99", "88", "未答"]. */
export const splitCodes = (text: string): string[] => [...new Set(text.split(/[\s,;，；、]+/).filter(Boolean))]

/** The place of a refused field in the mapping: "mapping.columns[3].target" → 3, the index in its columns. */
export function columnAt(field: string): number | null {
  const found = /columns\[(\d+)\]/.exec(field)
  return found ? Number(found[1]) : null
}
