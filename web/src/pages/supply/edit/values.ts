// Between the records of the API and the values of a form. Pure.
import type { Field } from './fields'

/** Texts, numbers as typed (null: none), yes or no. */
export type Values = Record<string, string | number | boolean | null>

const scale: Partial<Record<Field['type'], number>> = { kilo: 1000, micro: 1_000_000 }
const numeric = (f: Field): boolean => f.type === 'count' || f.type in scale

/** The values of a record. */
export function valuesOf(fields: Field[], record: object): Values {
  const from = record as Record<string, unknown>
  return Object.fromEntries(
    fields.map((f) => {
      const value = from[f.name]
      if (f.type === 'yesno') return [f.name, value === true]
      if (numeric(f)) return [f.name, typeof value === 'number' ? value / (scale[f.type] ?? 1) : null]
      return [f.name, typeof value === 'string' ? value : '']
    }),
  )
}

/** The values a new record begins with; `given` are those the form was opened with. */
export const newValues = (fields: Field[], given: Record<string, string>, now = new Date()): Values =>
  valuesOf(fields, { ...Object.fromEntries(fields.map((f) => [f.name, f.initial === 'now' ? now.toISOString() : f.initial])), ...given })

/** What the API takes: empty values are left out. */
export function inputOf(fields: Field[], values: Values): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const f of fields) {
    const value = values[f.name]
    if (value === '' || value === null || value === undefined || value === false) continue
    out[f.name] = numeric(f) ? Math.round(Number(value) * (scale[f.type] ?? 1)) : typeof value === 'string' ? value.trim() : value
  }
  return out
}

/** The fields that must be filled and are not. */
export const missing = (fields: Field[], values: Values): string[] => fields.filter((f) => f.required && (values[f.name] === '' || values[f.name] === null)).map((f) => f.name)
