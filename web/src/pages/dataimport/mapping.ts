// The columns of a file as a person puts them to fields, and the mapping the server takes. Pure.
import type { Field, Kind, Mapping, Mode, Preview } from './types'

/** One use of a column. A column without use has one row with an empty field; it may have several uses. */
export interface Use {
  /** Place in the file's header. */
  at: number
  header: string
  field: string
  unit: string
  values: Record<string, string>
}

/** A value that every row gets. */
export interface Constant {
  field: string
  value: string
}

export interface Draft {
  mode: Mode
  uses: Use[]
  constants: Constant[]
  area: string
}

export const unused = (at: number, header: string): Use => ({ at, header, field: '', unit: '', values: {} })

export function draftOf(header: string[], mapping: Mapping, mode: Mode): Draft {
  const uses = header.flatMap((h, at) => {
    const mapped = mapping.columns.filter((c) => h && c.header === h)
    return mapped.length ? mapped.map((c) => ({ at, header: h, field: c.field, unit: c.unit ?? '', values: { ...c.values } })) : [unused(at, h)]
  })
  const constants = Object.entries(mapping.constants ?? {}).map(([field, value]) => ({ field, value }))
  return { mode, uses, constants, area: mapping.phone_area ?? '' }
}

const mapped = (d: Draft): Use[] => d.uses.filter((u) => u.field)

export function mappingOf(d: Draft): Mapping {
  const constants = Object.fromEntries(d.constants.filter((c) => c.field && c.value).map((c) => [c.field, c.value]))
  return {
    columns: mapped(d).map(({ header, field, unit, values }) => {
      const meant = Object.fromEntries(Object.entries(values).filter(([cell, code]) => cell && code))
      return { header, field, ...(unit && { unit: unit as 'w' }), ...(Object.keys(meant).length && { values: meant }) }
    }),
    ...(Object.keys(constants).length && { constants }),
    ...(d.area && { phone_area: d.area }),
  }
}

/** The use a refused field of the mapping is about: "mapping.columns[1].field" → its place among the uses. */
export function useAt(d: Draft, name: string): number | null {
  const found = /columns\[(\d+)\]/.exec(name)
  const use = found && mapped(d)[Number(found[1])]
  return use ? d.uses.indexOf(use) : null
}

/** Fields that stand for more than one column or constant. */
export function clashes(d: Draft): Set<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { field } of [...d.uses, ...d.constants]) {
    if (field && seen.has(field)) twice.add(field)
    seen.add(field)
  }
  return twice
}

/** The field put to a use. What belonged to the field before goes. */
export const putTo = (u: Use, field: string): Use => ({ ...u, field, unit: '', values: {} })

/** The unit a field's numbers may be in besides its own. */
export function otherUnit(f: Field | undefined): '10k_yuan' | 'w' | '' {
  if (f?.type === 'yuan') return '10k_yuan'
  return f?.type === 'kva' ? 'w' : ''
}

/** The different cells of a column in the first rows, the most first; what the mapping tells of others follows. */
export function cellsOf(preview: Preview | undefined, u: Use): string[] {
  const count = new Map<string, number>()
  for (const row of preview?.rows ?? []) {
    const cell = row.cells[u.at]?.trim()
    if (cell) count.set(cell, (count.get(cell) ?? 0) + 1)
  }
  const cells = [...count].sort((a, b) => b[1] - a[1]).map(([cell]) => cell)
  return [...cells, ...Object.keys(u.values).filter((cell) => !count.has(cell))]
}

/** 0 → A, 27 → AB: what a spreadsheet calls the column at a place counted from 0. */
export function letters(at: number): string {
  let out = ''
  for (let left = at + 1; left > 0; left = Math.floor((left - 1) / 26)) out = String.fromCharCode(65 + ((left - 1) % 26)) + out
  return out
}

/** Groups of fields as a menu shows them: what identifies a record first. */
export function groupsOf(fields: Field[], kind: Kind): [string, Field[]][] {
  const keys = new Set(kind === 'customers' ? ['customer_no', 'name', 'certificate_no', 'account_no'] : ['account_no', 'customer_no', 'certificate_no'])
  const own = (f: Field) => f.code.startsWith('field.') || f.code.startsWith('class.')
  const account = new Set(fields.slice(fields.findIndex((f) => f.code === 'account_no')).map((f) => f.code))
  const of = (f: Field): string => {
    if (keys.has(f.code)) return 'key'
    if (own(f)) return 'own'
    return kind === 'customers' && account.has(f.code) ? 'account' : 'basic'
  }
  return ['key', 'basic', 'account', 'own'].map((g): [string, Field[]] => [g, fields.filter((f) => of(f) === g)]).filter(([, list]) => list.length)
}
